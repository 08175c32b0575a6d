//! The table of malformed inputs: each modifies one input and lists what the error must contain.

use crate::workspace::{CORRECTIONS, DOCUMENT, VENDOR};

/// A modified input, and the expected error.
pub struct Case {
    pub name: &'static str,
    pub file: &'static str,
    pub edit: fn(&str) -> String,
    /// The beginning, after its indentation, of the line that the error must name; `None` if the
    /// fault has no line.
    pub line: Option<&'static str>,
    /// Parts of the message.
    pub words: &'static [&'static str],
}

fn once(text: &str, from: &str, to: &str) -> String {
    assert!(
        text.contains(from),
        "the fragment holds no {from:?} any more"
    );
    text.replacen(from, to, 1)
}

fn with_action(text: &str, action: &str) -> String {
    format!("{}\n{action}", text.trim_end())
}

pub const CASES: &[Case] = &[
    Case {
        name: "broken YAML",
        file: DOCUMENT,
        edit: |text| {
            once(
                text,
                "operationId: createGroup",
                "operationId: odd: createGroup",
            )
        },
        line: Some("operationId: odd:"),
        words: &["not valid YAML"],
    },
    Case {
        name: "a tab as indentation",
        file: DOCUMENT,
        edit: |text| {
            once(
                text,
                "      operationId: getGroupLiveMigration\n",
                "\toperationId: x\n",
            )
        },
        line: Some("operationId: x"),
        words: &["not valid YAML"],
    },
    Case {
        name: "a dangling reference",
        file: DOCUMENT,
        edit: |text| {
            once(
                text,
                "$ref: \"#/components/parameters/groupId\"",
                "$ref: \"#/components/parameters/nobody\"",
            )
        },
        line: Some("- $ref: \"#/components/parameters/nobody\""),
        words: &["`#/components/parameters/nobody` leads nowhere"],
    },
    Case {
        name: "an operation without id",
        file: DOCUMENT,
        edit: |text| once(text, "      operationId: cutoverGroupLiveMigration\n", ""),
        line: Some("put:"),
        words: &["~1cutover/put: ", "has no operationId"],
    },
    Case {
        name: "an id twice",
        file: DOCUMENT,
        edit: |text| {
            once(
                text,
                "operationId: deleteOrgLiveMigrationLinkTokens",
                "operationId: createOrgLiveMigrationLinkToken # again",
            )
        },
        line: Some("operationId: createOrgLiveMigrationLinkToken # again"),
        words: &["`createOrgLiveMigrationLinkToken` is taken by POST /api/atlas/v2/orgs/"],
    },
    Case {
        name: "a media type that is none of Atlas",
        file: DOCUMENT,
        edit: |text| {
            once(
                text,
                "application/vnd.atlas.2024-05-30+json:",
                "application/json: # odd\n           ",
            )
        },
        line: Some("application/json: # odd"),
        words: &[
            "operation createGroupLiveMigration",
            "`application/json` is not a media type of Atlas",
        ],
    },
    Case {
        name: "a media type with a day that never was",
        file: DOCUMENT,
        edit: |text| {
            once(
                text,
                "application/vnd.atlas.2024-05-30+json:",
                "application/vnd.atlas.2024-02-30+json: # odd\n           ",
            )
        },
        line: Some("application/vnd.atlas.2024-02-30+json: # odd"),
        words: &["is not a media type of Atlas"],
    },
    Case {
        name: "a key twice",
        file: DOCUMENT,
        edit: |text| {
            once(
                text,
                "  version: \"2.0\"\n",
                "  version: \"2.0\"\n  version: \"2.0\" # again\n",
            )
        },
        line: Some("version: \"2.0\" # again"),
        words: &["duplicate key `version`"],
    },
    Case {
        name: "another version of OpenAPI",
        file: DOCUMENT,
        edit: |text| once(text, "openapi: \"3.0.1\"", "openapi: \"3.1.0\""),
        line: Some("openapi: \"3.1.0\""),
        words: &["`3.1.0` cannot be read; 3.0 can"],
    },
    Case {
        name: "a path parameter that is not listed",
        file: DOCUMENT,
        edit: |text| once(text, "/availableProjects:", "/availableProjects/{more}:"),
        line: Some("get:"),
        words: &["`{more}`"],
    },
    Case {
        name: "nothing at all",
        file: DOCUMENT,
        edit: |_| String::new(),
        line: None,
        words: &["openapi/atlas-v2.yaml: the document is empty"],
    },
    Case {
        name: "a list instead of a document",
        file: DOCUMENT,
        edit: |_| "[]\n".to_owned(),
        line: Some("[]"),
        words: &["must be a map"],
    },
    Case {
        name: "nesting without end",
        file: DOCUMENT,
        edit: |_| "[".repeat(5_000),
        line: Some("["),
        words: &["nested deeper than 100 levels"],
    },
    Case {
        name: "no ApiError",
        file: DOCUMENT,
        edit: |text| text.replace("ApiError", "ApiFault"),
        line: None,
        words: &["ApiError"],
    },
    Case {
        name: "a correction that changes nothing",
        file: CORRECTIONS,
        edit: |text| {
            with_action(
                text,
                "  - target: $.info\n    description: odd\n    update: {version: \"2.0\"}\n",
            )
        },
        line: Some("- target: $.info"),
        words: &["changes nothing", "remove it"],
    },
    Case {
        name: "a correction of something that is not there",
        file: CORRECTIONS,
        edit: |text| {
            with_action(
                text,
                "  - target: $.paths.nowhere\n    description: odd\n    remove: true\n",
            )
        },
        line: Some("- target: $.paths.nowhere"),
        words: &["`$.paths.nowhere` selects nothing"],
    },
    Case {
        name: "a correction whose target is no JSONPath",
        file: CORRECTIONS,
        edit: |text| {
            with_action(
                text,
                "  - target: $.paths[\n    description: odd\n    remove: true\n",
            )
        },
        line: Some("- target: $.paths["),
        words: &["`$.paths[` is no JSONPath"],
    },
    Case {
        name: "a correction without a reason",
        file: CORRECTIONS,
        edit: |text| with_action(text, "  - target: $.info\n    update: {version: \"3\"}\n"),
        line: Some("- target: $.info"),
        words: &["reason", "`description`"],
    },
    Case {
        name: "a correction that neither updates nor removes",
        file: CORRECTIONS,
        edit: |text| with_action(text, "  - target: $.info\n    description: odd\n"),
        line: Some("- target: $.info"),
        words: &["changes nothing"],
    },
    Case {
        name: "an action with an unknown key",
        file: CORRECTIONS,
        edit: |text| {
            with_action(
                text,
                "  - target: $.info\n    description: odd\n    upsert: {}\n",
            )
        },
        line: Some("- target: $.info"),
        words: &["/actions/", "unknown field `upsert`"],
    },
    Case {
        name: "a correction that leaves a broken document",
        file: CORRECTIONS,
        edit: |text| {
            with_action(
                text,
                "  - target: $.components.parameters.groupId\n    description: odd\n    remove: true\n",
            )
        },
        line: None,
        words: &[
            "openapi/corrections.yaml",
            "#/components/parameters/groupId",
        ],
    },
    Case {
        name: "broken YAML in the corrections",
        file: CORRECTIONS,
        edit: |text| with_action(text, "  - target: $.info: odd\n"),
        line: Some("- target: $.info: odd"),
        words: &["not valid YAML"],
    },
    Case {
        name: "a pin before every version",
        file: VENDOR,
        edit: |text| once(text, "pin = \"2025-03-12\"", "pin = \"2020-01-01\""),
        line: None,
        words: &[
            "no version at or before 2020-01-01",
            "createGroupLiveMigration",
            "choose a later pin",
        ],
    },
    Case {
        name: "a pin that is no date",
        file: VENDOR,
        edit: |text| once(text, "pin = \"2025-03-12\"", "pin = \"2025-03-32\""),
        line: Some("pin = \"2025-03-32\""),
        words: &["`2025-03-32` is not a date"],
    },
    Case {
        name: "an unknown tag",
        file: VENDOR,
        edit: |text| {
            once(
                text,
                "tags = [\"Cloud Migration Service\"]",
                "tags = [\"Cloud Migration Servise\"]",
            )
        },
        line: Some("tags = ["),
        words: &[
            "`Cloud Migration Servise`",
            "did you mean `Cloud Migration Service`?",
        ],
    },
    Case {
        name: "an unknown operation",
        file: VENDOR,
        edit: |text| {
            once(
                text,
                "operations = []",
                "operations = [\"getGroupLiveMigrations\"]",
            )
        },
        line: Some("operations = ["),
        words: &[
            "`getGroupLiveMigrations`",
            "did you mean `getGroupLiveMigration`?",
        ],
    },
    Case {
        name: "an unknown key",
        file: VENDOR,
        edit: |text| once(text, "tags = [", "tag = ["),
        line: Some("tag = ["),
        words: &["unknown field `tag`"],
    },
    Case {
        name: "broken TOML",
        file: VENDOR,
        edit: |text| once(text, "pin = \"", "pin = "),
        line: Some("pin = 2"),
        words: &[],
    },
];
