//! The sources of a client's configuration.

use serde_json::{Value, json};

use crate::client::require_tls;
use crate::tests::server::{Server, json};
use crate::tests::{builder, list};
use crate::{ClientBuilder, ObjectId};

const ORG: &str = "32b6e34b3d91647abb20e7b8";
const PROJECT: &str = "32b6e34b3d91647abb20e7b9";

#[tokio::test]
async fn a_client_is_configured_by_variables_of_any_source() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let url = server.url();
    let lookup = |name: &str| {
        let value = match name {
            "MONGODB_ATLAS_ACCESS_TOKEN" => "t0ken",
            "MONGODB_ATLAS_BASE_URL" => &url,
            "MONGODB_ATLAS_ORG_ID" => ORG,
            "MONGODB_ATLAS_PROJECT_ID" => PROJECT,
            _ => return None,
        };
        Some(value.to_owned())
    };
    let client = ClientBuilder::from_lookup(lookup).unwrap().build().unwrap();
    assert_eq!(client.org_id().map(ObjectId::as_str), Some(ORG));
    assert_eq!(client.project_id().map(ObjectId::as_str), Some(PROJECT));
    list(&client).send::<Value>().await.unwrap();
    let authorization = server.requests()[0]
        .header("authorization")
        .unwrap()
        .to_owned();
    assert_eq!(authorization, "Bearer t0ken");
}

#[tokio::test]
async fn a_client_has_the_ids_that_its_builder_sets() {
    let server = Server::start(|_, _| json(200, &json!({}))).await;
    let client = builder(&server)
        .org_id(ORG.parse().unwrap())
        .project_id(PROJECT.parse().unwrap())
        .build()
        .unwrap();
    assert_eq!(client.org_id().map(ObjectId::as_str), Some(ORG));
    assert_eq!(client.project_id().map(ObjectId::as_str), Some(PROJECT));
    assert_eq!(client.base_url().as_str(), format!("{}/", server.url()));
    let other = builder(&server).build().unwrap();
    assert_eq!((other.org_id(), other.project_id()), (None, None));
}

#[test]
fn a_program_without_tls_rejects_https_and_names_the_features() {
    let [plain, secure] = ["http://a.test", "https://a.test"].map(|url| url.parse().unwrap());
    for (base, has_tls) in [(&plain, false), (&plain, true), (&secure, true)] {
        require_tls(base, has_tls).unwrap();
    }
    let error = require_tls(&secure, false).unwrap_err();
    assert!(error.is_configuration());
    assert!(
        error.to_string().contains("`rustls` or `native-tls`"),
        "{error}"
    );
}
