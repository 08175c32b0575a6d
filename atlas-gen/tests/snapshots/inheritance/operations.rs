
use atlas_client::Client;
use crate::builder;

/// The operations of the tag .
pub trait ClientXExt {
    /// Return one pet ([`GET /pets/{petId}`](builder::GetPet)).
    fn get_pet(&self) -> builder::GetPet<'_>;
}

impl ClientXExt for Client {
    fn get_pet(&self) -> builder::GetPet<'_> {
        builder::GetPet::new(self)
    }
}
