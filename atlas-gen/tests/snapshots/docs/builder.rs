
use crate::Refusal;
use crate::types;
use crate::operation::Call;

/// Calls the operation `createUser`.
///
/// Creates a user. Please use members instead. Names are kept in lists\[0\] and an open \` tick.
///
/// # Request
/// - Method and path: `POST /users`
/// - Roles: one of Project Owner, Organization Owner
/// - Media type: `application/vnd.atlas.2023-01-01+json`
/// - Success: 200, 201, or any other 2xx
///
/// # Errors
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - 400: The user is not as it should be. [`Error::body_as`](crate::Error::body_as) reads a [`Faults`](crate::types::Faults).
/// - 401 Unauthorized
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct CreateUser(pub(crate) Call);

impl CreateUser {
    /// The request body.
    pub fn body(mut self, value: impl TryInto<types::User, Error: Refusal>) -> Self {
        self.0.body::<types::User>(value);
        self
    }
}
crate::call! { CreateUser: send -> crate::types::User }

/// Calls the operation `getStatus`.
///
/// # Request
/// - Method and path: `GET /status`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Other versions: 2023-01-01 (sunset 2027-01-01)
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct GetStatus(pub(crate) Call);
crate::call! { GetStatus: send -> crate::types::User }

/// List \<All\> Users.
///
/// Returns users; see Roles and [the docs](https://docs.example/users).
///
/// **Note**: This endpoint is deprecated. Use List Members to list users.
///
/// # Request
/// - Method and path: `GET /users`
/// - Roles: Project Owner
/// - Media type: `application/vnd.atlas.2023-01-01+json`
/// - Sunset of this version: 2027-07-01
/// - Success: 200, 204, or any other 2xx
///
/// # Errors
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure:
///
/// - 401 Unauthorized
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct ListUsers(pub(crate) Call);
crate::call! { ListUsers: send -> Option<Vec<String>> }
