//! Permits: what is allowed, unless a guard forbids it.

use words::presence::{Category, Rung};

use crate::cedar::spell::{MOVING, among, permit_here, within, words};
use crate::cedar::{Body, Says, View};
use article::provision::Zone;
use article::provision::powers::Permit;

/// Movements without guest personnel, in the zones of one article.
pub(super) fn moving(view: View<'_>, zones: &[Zone], article: &str) -> Body {
    let open: Vec<_> =
        zones.iter().filter(|zone| zone.allowed).map(|zone| zone.zone.clone()).collect();
    let here = view.place.of(&open);
    let text = (!here.is_empty()).then(|| {
        format!(
            "permit (principal == Party::\"{}\", {}, resource)\nwhen {{ {} }}\n\
             unless {{ context has category || context has task }}\n{};",
            view.document.guest,
            among(MOVING),
            within(&here),
            suspended(article),
        )
    });
    permit_here(text)
}

/// What one permit allows: with its task, and a request that leaves the task open. Whoever is
/// on duty has a task.
pub(super) fn task(view: View<'_>, permit: &Permit, article: &str) -> [Body; 2] {
    let Permit { task, categories, zones, rung_max } = permit;
    let here = view.place.of(zones);
    if here.is_empty() {
        return [permit_here(None), permit_here(None)];
    }
    let categories = words(categories.iter().copied().map(Category::as_str));
    let rungs = words(Rung::ALL.iter().filter(|rung| *rung <= rung_max).map(|rung| rung.as_str()));
    let (guest, suspended) = (&view.document.guest, suspended(article));
    let who_and_where = format!(
        "{} &&\n    context has category && {categories}.contains(context.category)",
        within(&here)
    );
    let ordered = format!(
        "permit (principal == Party::\"{guest}\", action, resource)\nwhen {{\n    \
         context has task && context.task == \"{task}\" &&\n    {who_and_where} &&\n    \
         context has rung && {rungs}.contains(context.rung)\n}}\n{suspended};"
    );
    let open = format!(
        "permit (principal == Party::\"{guest}\", action == Action::\"deploy\", resource)\n\
         when {{\n    {who_and_where}\n}}\nunless {{ context has task }}\n\
         unless {{ context has rung && !{rungs}.contains(context.rung) }}\n{suspended};"
    );
    [permit_here(Some(ordered)), permit_here(Some(open))]
}

/// A lower text without tasks of its own narrows none: the upper text decides.
pub(super) fn left_to_the_upper() -> Body {
    let text = "permit (principal, action, resource)\n\
                when { context has category || context has task };";
    Body { says: Says::Permit, text: Some(text.to_owned()), local: false }
}

/// A lower text without zones of its own narrows no movement, and neither a request that names
/// no personnel.
pub(super) fn moves_left_to_the_upper() -> Body {
    let text = "permit (principal, action, resource)\n\
                unless { context has category || context has task };";
    Body { says: Says::Permit, text: Some(text.to_owned()), local: false }
}

// A clause that is suspended permits nothing; a guard cannot be suspended.
fn suspended(article: &str) -> String {
    format!("unless {{ context.suspended_articles.contains(\"{article}\") }}")
}
