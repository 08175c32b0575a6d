//! Reads the names on the wire of fields, variants and arguments.
//!
//! It knows the form of generated code.

use std::collections::BTreeMap;

use syn::visit::Visit;

use atlas_gen::edits::syntax::{last, wire_name};

/// Returns the name of the member that a field is serialized as, in quotes.
pub fn field(attributes: &[syn::Attribute], name: &syn::Ident) -> String {
    format!("{:?}", wire_name(attributes, name))
}

/// Returns the values of an enum's variants, as JSON, from the first `match` with a literal for each.
pub fn values(block: &syn::ItemImpl) -> Vec<(String, String)> {
    let mut first = None;
    for item in &block.items {
        if let syn::ImplItem::Fn(method) = item
            && let Some(syn::Stmt::Expr(syn::Expr::Match(matched), _)) = method.block.stmts.first()
        {
            first = first.or(Some(matched));
        }
    }
    let arms = first.into_iter().flat_map(|matched| &matched.arms);
    arms.filter_map(|arm| {
        let syn::Pat::Path(variant) = &arm.pat else {
            return None;
        };
        let variant = variant.path.segments.last()?;
        Some((variant.ident.to_string(), literal(&arm.body)?))
    })
    .collect()
}

/// Returns the literal in `expression`, as JSON.
fn literal(expression: &syn::Expr) -> Option<String> {
    match expression {
        syn::Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => Some(format!("{:?}", text.value())),
            syn::Lit::Int(number) => Some(number.base10_digits().to_owned()),
            _ => None,
        },
        syn::Expr::Unary(negative) => Some(format!("-{}", literal(&negative.expr)?)),
        syn::Expr::Call(call) => literal(call.args.first()?),
        _ => None,
    }
}

/// Returns the location and name of arguments in a request, by builder and setter, from
/// `call.param(Place::Query, "itemsPerPage", self.items_per_page, ..)`.
pub fn arguments(items: &[syn::Item]) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for item in items {
        if let syn::Item::Impl(block) = item
            && let Some(builder) = last(&block.self_ty)
        {
            // If a builder has streams of pages, `send` and these use `call`.
            let built = block.items.iter().filter_map(|item| match item {
                syn::ImplItem::Fn(method) if method.sig.ident == "send" => Some(&method.block),
                syn::ImplItem::Fn(method) if method.sig.ident == "call" => Some(&method.block),
                _ => None,
            });
            for (setter, wire) in built.flat_map(|block| &block.stmts).filter_map(argument) {
                found.insert((builder.ident.to_string(), setter), wire);
            }
        }
    }
    found
}

fn argument(statement: &syn::Stmt) -> Option<(String, String)> {
    let syn::Stmt::Expr(syn::Expr::MethodCall(call), _) = statement else {
        return None;
    };
    if call.method != "param" {
        return None;
    }
    let mut arguments = call.args.iter();
    let syn::Expr::Path(place) = arguments.next()? else {
        return None;
    };
    let place = place.path.segments.last()?.ident.to_string();
    let syn::Expr::Lit(syn::ExprLit {
        lit: syn::Lit::Str(name),
        ..
    }) = arguments.next()?
    else {
        return None;
    };
    let mut own = OwnField(None);
    own.visit_expr(arguments.next()?);
    Some((
        own.0?,
        format!("{} `{}`", place.to_lowercase(), name.value()),
    ))
}

/// Finds the field `x` of `self.x` anywhere in an expression.
struct OwnField(Option<String>);

impl<'ast> Visit<'ast> for OwnField {
    fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
        if let (syn::Expr::Path(base), syn::Member::Named(name)) = (&*field.base, &field.member)
            && base.path.is_ident("self")
        {
            self.0 = Some(name.to_string());
        }
        syn::visit::visit_expr_field(self, field);
    }
}
