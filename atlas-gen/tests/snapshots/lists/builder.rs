
use atlas_client::runtime::{Place, Style};
use atlas_client::{
    BuildError, CallOptions, Client, Items, Pages, ResponseFuture, operation, runtime,
};

use crate::types;

/// Calls the operation `listJobs`.
///
/// # Request
/// - Method and path: `GET /jobs`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct ListJobs<'a> {
    client: &'a Client,
    items_per_page: Result<Option<i64>, BuildError>,
    name: Result<Option<Vec<String>>, BuildError>,
    page_num: Result<Option<i64>, BuildError>,
    options: CallOptions,
}

impl<'a> ListJobs<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            items_per_page: Ok(None),
            name: Ok(None),
            page_num: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The parameter `itemsPerPage`.
    pub fn items_per_page<V>(mut self, value: V) -> Self
    where
        V: TryInto<i64>,
        V::Error: std::fmt::Display + 'static,
    {
        self.items_per_page = runtime::constrain(
                runtime::convert(value),
                &runtime::Constraint {
                    minimum: 1.0,
                    maximum: 500.0,
                    ..runtime::Constraint::NONE
                },
            )
            .map(Some);
        self
    }

    /// The parameter `name`.
    pub fn name<V>(mut self, values: V) -> Self
    where
        V: IntoIterator,
        V::Item: TryInto<String>,
        <V::Item as TryInto<String>>::Error: std::fmt::Display + 'static,
    {
        self.name = runtime::convert_each(values).map(Some);
        self
    }

    /// The parameter `pageNum`.
    pub fn page_num<V>(mut self, value: V) -> Self
    where
        V: TryInto<i64>,
        V::Error: std::fmt::Display + 'static,
    {
        self.page_num = runtime::constrain(
                runtime::convert(value),
                &runtime::Constraint {
                    minimum: 1.0,
                    ..runtime::Constraint::NONE
                },
            )
            .map(Some);
        self
    }

    /// Sends `GET /jobs`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<types::PaginatedJob> {
        self.call().send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Returns the pages of the list as a stream, from `page_num` on. Each page is a call; see
    /// [`Pages`](atlas_client::Pages) for when the stream ends.
    pub fn pages(self) -> Pages<types::PaginatedJob> {
        self.call().pages()
    }

    /// Returns the entries of all [`pages`](Self::pages) as a stream; `items().try_collect()`
    /// returns all of them.
    pub fn items(self) -> Items<types::PaginatedJob> {
        self.pages().items()
    }

    fn call(self) -> runtime::Call {
        static OPERATION: operation::Operation = operation::Operation::new(
            "listJobs",
            operation::Method::GET,
            "/jobs",
            "application/vnd.atlas.2024-05-30+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.param(Place::Query, "name", self.name, Style::FormExploded);
        call.param(
            Place::Query,
            "itemsPerPage",
            self.items_per_page,
            Style::FormExploded,
        );
        call.param(Place::Query, "pageNum", self.page_num, Style::FormExploded);
        call
    }
}

/// Calls the operation `createJob`.
///
/// # Request
/// - Method and path: `POST /jobs`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct CreateJob<'a> {
    client: &'a Client,
    items_per_page: Result<Option<i64>, BuildError>,
    page_num: Result<Option<i64>, BuildError>,
    options: CallOptions,
}

impl<'a> CreateJob<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            items_per_page: Ok(None),
            page_num: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The parameter `itemsPerPage`.
    pub fn items_per_page<V>(mut self, value: V) -> Self
    where
        V: TryInto<i64>,
        V::Error: std::fmt::Display + 'static,
    {
        self.items_per_page = runtime::constrain(
                runtime::convert(value),
                &runtime::Constraint {
                    minimum: 1.0,
                    maximum: 500.0,
                    ..runtime::Constraint::NONE
                },
            )
            .map(Some);
        self
    }

    /// The parameter `pageNum`.
    pub fn page_num<V>(mut self, value: V) -> Self
    where
        V: TryInto<i64>,
        V::Error: std::fmt::Display + 'static,
    {
        self.page_num = runtime::constrain(
                runtime::convert(value),
                &runtime::Constraint {
                    minimum: 1.0,
                    ..runtime::Constraint::NONE
                },
            )
            .map(Some);
        self
    }

    /// Sends `POST /jobs`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<types::PaginatedJob> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "createJob",
            operation::Method::POST,
            "/jobs",
            "application/vnd.atlas.2024-05-30+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.param(
            Place::Query,
            "itemsPerPage",
            self.items_per_page,
            Style::FormExploded,
        );
        call.param(Place::Query, "pageNum", self.page_num, Style::FormExploded);
        call.send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Calls the operation `listArchivedJobs`.
///
/// # Request
/// - Method and path: `GET /archivedJobs`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct ListArchivedJobs<'a> {
    client: &'a Client,
    items_per_page: Result<Option<i64>, BuildError>,
    page_num: Result<Option<i64>, BuildError>,
    options: CallOptions,
}

impl<'a> ListArchivedJobs<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            items_per_page: Ok(None),
            page_num: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The parameter `itemsPerPage`.
    pub fn items_per_page<V>(mut self, value: V) -> Self
    where
        V: TryInto<i64>,
        V::Error: std::fmt::Display + 'static,
    {
        self.items_per_page = runtime::constrain(
                runtime::convert(value),
                &runtime::Constraint {
                    minimum: 1.0,
                    maximum: 500.0,
                    ..runtime::Constraint::NONE
                },
            )
            .map(Some);
        self
    }

    /// The parameter `pageNum`.
    pub fn page_num<V>(mut self, value: V) -> Self
    where
        V: TryInto<i64>,
        V::Error: std::fmt::Display + 'static,
    {
        self.page_num = runtime::constrain(
                runtime::convert(value),
                &runtime::Constraint {
                    minimum: 1.0,
                    ..runtime::Constraint::NONE
                },
            )
            .map(Some);
        self
    }

    /// Sends `GET /archivedJobs`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<types::PaginatedJob> {
        self.call().send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Returns the pages of the list as a stream, from `page_num` on. Each page is a call; see
    /// [`Pages`](atlas_client::Pages) for when the stream ends.
    pub fn pages(self) -> Pages<types::PaginatedJob> {
        self.call().pages()
    }

    /// Returns the entries of all [`pages`](Self::pages) as a stream; `items().try_collect()`
    /// returns all of them.
    pub fn items(self) -> Items<types::PaginatedJob> {
        self.pages().items()
    }

    fn call(self) -> runtime::Call {
        static OPERATION: operation::Operation = operation::Operation::new(
            "listArchivedJobs",
            operation::Method::GET,
            "/archivedJobs",
            "application/vnd.atlas.2024-05-30+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.param(
            Place::Query,
            "itemsPerPage",
            self.items_per_page,
            Style::FormExploded,
        );
        call.param(Place::Query, "pageNum", self.page_num, Style::FormExploded);
        call
    }
}

/// Calls the operation `listNames`.
///
/// # Request
/// - Method and path: `GET /names`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct ListNames<'a> {
    client: &'a Client,
    items_per_page: Result<Option<i64>, BuildError>,
    page_num: Result<Option<i64>, BuildError>,
    options: CallOptions,
}

impl<'a> ListNames<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            items_per_page: Ok(None),
            page_num: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The parameter `itemsPerPage`.
    pub fn items_per_page<V>(mut self, value: V) -> Self
    where
        V: TryInto<i64>,
        V::Error: std::fmt::Display + 'static,
    {
        self.items_per_page = runtime::constrain(
                runtime::convert(value),
                &runtime::Constraint {
                    minimum: 1.0,
                    maximum: 500.0,
                    ..runtime::Constraint::NONE
                },
            )
            .map(Some);
        self
    }

    /// The parameter `pageNum`.
    pub fn page_num<V>(mut self, value: V) -> Self
    where
        V: TryInto<i64>,
        V::Error: std::fmt::Display + 'static,
    {
        self.page_num = runtime::constrain(
                runtime::convert(value),
                &runtime::Constraint {
                    minimum: 1.0,
                    ..runtime::Constraint::NONE
                },
            )
            .map(Some);
        self
    }

    /// Sends `GET /names`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<types::ListNamesResponse> {
        self.call().send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Returns the pages of the list as a stream, from `page_num` on. Each page is a call; see
    /// [`Pages`](atlas_client::Pages) for when the stream ends.
    pub fn pages(self) -> Pages<types::ListNamesResponse> {
        self.call().pages()
    }

    /// Returns the entries of all [`pages`](Self::pages) as a stream; `items().try_collect()`
    /// returns all of them.
    pub fn items(self) -> Items<types::ListNamesResponse> {
        self.pages().items()
    }

    fn call(self) -> runtime::Call {
        static OPERATION: operation::Operation = operation::Operation::new(
            "listNames",
            operation::Method::GET,
            "/names",
            "application/vnd.atlas.2024-05-30+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.param(
            Place::Query,
            "itemsPerPage",
            self.items_per_page,
            Style::FormExploded,
        );
        call.param(Place::Query, "pageNum", self.page_num, Style::FormExploded);
        call
    }
}

/// Calls the operation `listOdd`.
///
/// # Request
/// - Method and path: `GET /odd`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct ListOdd<'a> {
    client: &'a Client,
    items_per_page: Result<Option<i64>, BuildError>,
    page_num: Result<Option<i64>, BuildError>,
    options: CallOptions,
}

impl<'a> ListOdd<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            items_per_page: Ok(None),
            page_num: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The parameter `itemsPerPage`.
    pub fn items_per_page<V>(mut self, value: V) -> Self
    where
        V: TryInto<i64>,
        V::Error: std::fmt::Display + 'static,
    {
        self.items_per_page = runtime::constrain(
                runtime::convert(value),
                &runtime::Constraint {
                    minimum: 1.0,
                    maximum: 500.0,
                    ..runtime::Constraint::NONE
                },
            )
            .map(Some);
        self
    }

    /// The parameter `pageNum`.
    pub fn page_num<V>(mut self, value: V) -> Self
    where
        V: TryInto<i64>,
        V::Error: std::fmt::Display + 'static,
    {
        self.page_num = runtime::constrain(
                runtime::convert(value),
                &runtime::Constraint {
                    minimum: 1.0,
                    ..runtime::Constraint::NONE
                },
            )
            .map(Some);
        self
    }

    /// Sends `GET /odd`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<types::ListOddResponse> {
        self.call().send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Returns the pages of the list as a stream, from `page_num` on. Each page is a call; see
    /// [`Pages`](atlas_client::Pages) for when the stream ends.
    pub fn pages(self) -> Pages<types::ListOddResponse> {
        self.call().pages()
    }

    /// Returns the entries of all [`pages`](Self::pages) as a stream; `items().try_collect()`
    /// returns all of them.
    pub fn items(self) -> Items<types::ListOddResponse> {
        self.pages().items()
    }

    fn call(self) -> runtime::Call {
        static OPERATION: operation::Operation = operation::Operation::new(
            "listOdd",
            operation::Method::GET,
            "/odd",
            "application/vnd.atlas.2024-05-30+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.param(
            Place::Query,
            "itemsPerPage",
            self.items_per_page,
            Style::FormExploded,
        );
        call.param(Place::Query, "pageNum", self.page_num, Style::FormExploded);
        call
    }
}

/// Calls the operation `listOther`.
///
/// # Request
/// - Method and path: `GET /other`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct ListOther<'a> {
    client: &'a Client,
    items_per_page: Result<Option<i64>, BuildError>,
    page_num: Result<Option<i64>, BuildError>,
    options: CallOptions,
}

impl<'a> ListOther<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            items_per_page: Ok(None),
            page_num: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The parameter `itemsPerPage`.
    pub fn items_per_page<V>(mut self, value: V) -> Self
    where
        V: TryInto<i64>,
        V::Error: std::fmt::Display + 'static,
    {
        self.items_per_page = runtime::constrain(
                runtime::convert(value),
                &runtime::Constraint {
                    minimum: 1.0,
                    maximum: 500.0,
                    ..runtime::Constraint::NONE
                },
            )
            .map(Some);
        self
    }

    /// The parameter `pageNum`.
    pub fn page_num<V>(mut self, value: V) -> Self
    where
        V: TryInto<i64>,
        V::Error: std::fmt::Display + 'static,
    {
        self.page_num = runtime::constrain(
                runtime::convert(value),
                &runtime::Constraint {
                    minimum: 1.0,
                    ..runtime::Constraint::NONE
                },
            )
            .map(Some);
        self
    }

    /// Sends `GET /other`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<types::ListOtherResponse> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "listOther",
            operation::Method::GET,
            "/other",
            "application/vnd.atlas.2024-05-30+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.param(
            Place::Query,
            "itemsPerPage",
            self.items_per_page,
            Style::FormExploded,
        );
        call.param(Place::Query, "pageNum", self.page_num, Style::FormExploded);
        call.send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}

/// Calls the operation `listWhole`.
///
/// # Request
/// - Method and path: `GET /whole`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](atlas_client::Error) if an argument is invalid (nothing is sent then), if there is no response, if the response cannot be decoded, or if its status is not a 2xx.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct ListWhole<'a> {
    client: &'a Client,
    items_per_page: Result<Option<i64>, BuildError>,
    options: CallOptions,
}

impl<'a> ListWhole<'a> {
    /// Creates the builder. Sends nothing.
    pub fn new(client: &'a Client) -> Self {
        Self {
            client,
            items_per_page: Ok(None),
            options: CallOptions::default(),
        }
    }

    /// The parameter `itemsPerPage`.
    pub fn items_per_page<V>(mut self, value: V) -> Self
    where
        V: TryInto<i64>,
        V::Error: std::fmt::Display + 'static,
    {
        self.items_per_page = runtime::constrain(
                runtime::convert(value),
                &runtime::Constraint {
                    minimum: 1.0,
                    maximum: 500.0,
                    ..runtime::Constraint::NONE
                },
            )
            .map(Some);
        self
    }

    /// Sends `GET /whole`.
    ///
    /// # Errors
    /// If arguments are invalid, an error that lists all of them, and nothing is sent. Otherwise the errors on the page of this builder.
    pub fn send(self) -> ResponseFuture<types::PaginatedJob> {
        static OPERATION: operation::Operation = operation::Operation::new(
            "listWhole",
            operation::Method::GET,
            "/whole",
            "application/vnd.atlas.2024-05-30+json",
        );
        let mut call = runtime::Call::new(self.client, &OPERATION);
        call.set_options(self.options);
        call.param(
            Place::Query,
            "itemsPerPage",
            self.items_per_page,
            Style::FormExploded,
        );
        call.send()
    }

    /// Sets the options of this call. An option that is not set has the value of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }
}
