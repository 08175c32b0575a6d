
use reqwest::Method;
use crate::Client;
use crate::builder::*;
use crate::operation::{Call, Operation};

/// The operations.
impl Client {
    /// Return one pet ([`GET /pets/{petId}`](GetPet))
    pub fn get_pet(&self) -> GetPet {
        GetPet(Call::new(self, &GET_PET))
    }
}

static GET_PET: Operation = Operation {
    id: "getPet",
    method: Method::GET,
    path: "/pets/{petId}",
    accept: "application/vnd.atlas.2024-05-30+json",
    content_type: None,
    required: &["petId"],
};
