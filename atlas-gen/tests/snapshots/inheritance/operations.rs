
use atlas_client::Client;
use crate::builder;

/// The operations.
impl Client {
    /// Return one pet ([`GET /pets/{petId}`](builder::GetPet))
    pub fn get_pet(&self) -> builder::GetPet<'_> {
        builder::GetPet::new(self)
    }
}
