//! The effects that a change may have, with their texts.

use super::Effect;

pub(super) static REQUIRED: Effect = Effect::of(
    "value must be set now: `build` returns an error without it, and nothing is sent",
    "values must be set now: `build` returns an error without them, and nothing is sent",
    "set what is required",
);
pub(super) static REQUIRED_ARGUMENT: Effect = Effect::of(
    "argument must be set now: `send` returns an error without it, and nothing is sent",
    "arguments must be set now: `send` returns an error without them, and nothing is sent",
    "set what is required",
);
pub(super) static LIMIT: Effect = Effect::of(
    "limit is new or narrower: `build` returns an error outside of it, and nothing is sent",
    "limits are new or narrower: `build` returns an error outside of them, and nothing is sent",
    "check what you send",
);
pub(super) static LIMIT_OF_ARGUMENT: Effect = Effect::of(
    "limit is new or narrower: `send` returns an error outside of it, and nothing is sent",
    "limits are new or narrower: `send` returns an error outside of them, and nothing is sent",
    "check what you send",
);
pub(super) static VALUE: Effect = Effect::of(
    "call takes fewer values: the server may refuse the others",
    "calls take fewer values: the server may refuse the others",
    "send other values",
);
pub(super) static UNCHECKED: Effect = Effect::of(
    "type is checked only in part before it is sent: the server may refuse the call",
    "types are checked only in part before they are sent: the server may refuse the calls",
    "check what you send",
);
pub(super) static WIDER: Effect = Effect::of("limit is wider", "limits are wider", "");
pub(super) static RUNTIME: Effect = Effect::of(
    "call may fail at run time",
    "calls may fail at run time",
    "check these calls",
);
pub(super) static RUNTIME_TYPE: Effect = Effect::of(
    "type may hold other values at run time",
    "types may hold other values at run time",
    "check the uses",
);
pub(super) static METHOD_GONE: Effect =
    Effect::of("method is gone", "methods are gone", "remove the calls");
pub(super) static METHOD_RENAMED: Effect = Effect::of(
    "method was renamed",
    "methods were renamed",
    "use the new name",
);
pub(super) static TYPE_RENAMED: Effect =
    Effect::of("type was renamed", "types were renamed", "use the new name");
pub(super) static VARIANT_RENAMED: Effect = Effect::of(
    "variant was renamed",
    "variants were renamed",
    "use the new name",
);
pub(super) static SPLIT_TYPE: Effect = Effect::of(
    "type was split, because requests and responses have different members now: the first is \
     received, the second is sent",
    "types were split, because requests and responses have different members now: the first is \
     received, the second is sent",
    "to send, build the second",
);
pub(super) static SETTER_GONE: Effect =
    Effect::of("setter is gone", "setters are gone", "remove the calls");
pub(super) static TYPE_GONE: Effect = Effect::of(
    "type is gone",
    "types are gone",
    "replace or remove the uses",
);
pub(super) static FIELD_GONE: Effect =
    Effect::of("field is gone", "fields are gone", "remove the uses");
pub(super) static VARIANT_GONE: Effect =
    Effect::of("variant is gone", "variants are gone", "remove the uses");
pub(super) static FUNCTION_GONE: Effect =
    Effect::of("function is gone", "functions are gone", "remove the calls");
pub(super) static DEFAULT_GONE: Effect = Effect::of(
    "type has no `Default` any longer",
    "types have no `Default` any longer",
    "set what is required",
);
pub(super) static DEFAULT_BUILT: Effect = Effect::of(
    "type that has a builder has no `Default` any longer",
    "types that have builders have no `Default` any longer",
    "use the builder",
);
pub(super) static DEFAULT_RECEIVED: Effect = Effect::of(
    "type that is only received has no `Default` any longer",
    "types that are only received have no `Default` any longer",
    "in tests, decode from JSON",
);
pub(super) static TRAIT_GONE: Effect = Effect::of(
    "conversion is gone",
    "conversions are gone",
    "convert by hand",
);
pub(super) static FEATURE_GONE: Effect = Effect::of(
    "feature is gone",
    "features are gone",
    "remove from `Cargo.toml`",
);
pub(super) static FEATURE: Effect = Effect::of(
    "item comes with another Cargo feature",
    "items come with other Cargo features",
    "enable the feature",
);
pub(super) static OPTION: Effect = Effect::of(
    "field is an `Option` now",
    "fields are `Option`s now",
    "handle `None`",
);
pub(super) static NO_OPTION: Effect = Effect::of(
    "field is no longer an `Option`",
    "fields are no longer `Option`s",
    "use the value itself, without `Some` and `None`",
);
pub(super) static FIELD_TYPE: Effect = Effect::of(
    "field has another type",
    "fields have another type",
    "use the new type",
);
pub(super) static SETTER_TYPE: Effect = Effect::of(
    "setter takes another type",
    "setters take another type",
    "pass the new type",
);
pub(super) static RESULT: Effect = Effect::of(
    "call returns another type",
    "calls return another type",
    "use the new type",
);
pub(super) static CHANGED: Effect = Effect::of("item changed", "items changed", "");
pub(super) static METHOD: Effect = Effect::of("method is new", "methods are new", "");
pub(super) static TYPE: Effect = Effect::of("type is new", "types are new", "");
pub(super) static FIELD: Effect = Effect::of("field is new", "fields are new", "");
pub(super) static VARIANT: Effect = Effect::of("variant is new", "variants are new", "");
pub(super) static SETTER: Effect = Effect::of("setter is new", "setters are new", "");
pub(super) static OTHER: Effect = Effect::of("other item is new", "other items are new", "");
pub(super) static DEPRECATED: Effect =
    Effect::of("item is deprecated now", "items are deprecated now", "");
