//! Fields with choices that only the server knows, and ticks of a gate.

use maud::{Markup, html};
use tongue::speech::Tongue;
use words::movement::Check;

use super::{Ask, Fill, select, typed};
use crate::term::{Naming, Term};

// Choices that only the server knows: one of them, or of `units`, `persons` and such as many as
// wanted.
pub(super) fn given(tongue: &Tongue, id: &str, name: &str, fill: &Fill) -> Markup {
    let choices = fill.choices.get(name).map(Vec::as_slice).unwrap_or_default();
    let options: Vec<_> = choices.iter().map(|c| (c.value.as_str(), c.label.clone())).collect();
    html! {
        @if options.is_empty() {
            div class="field" {
                label for=(id) { (tongue.say(&format!("field-{name}"))) }
                (typed(id, name, (Ask::Line, fill.value(name))))
            }
        } @else if ["units", "categories", "persons", "gates"].contains(&name) {
            fieldset class="field" {
                legend { (tongue.say(&format!("field-{name}"))) }
                @if name == "gates" { p class="hint" { (tongue.say("gates-hint")) } }
                @for (value, label) in &options {
                    label { input type="checkbox" name=(name) value=(value); " " bdi { (label) } }
                }
            }
        } @else {
            (select(tongue, id, name, (&options, fill.value(name))))
        }
    }
}

// Each line of the gate that a person attests; `value` names those attested already.
pub(super) fn ticks(tongue: &Tongue, id: &str, name: &str, value: &str) -> Markup {
    html! {
        fieldset class="field" {
            legend { (tongue.say("attest")) }
            @for check in Check::ALL {
                label for={ (id) "-" (check.word()) } {
                    input type="checkbox" id={ (id) "-" (check.word()) } name=(name)
                        value=(check.word()) checked[value.split(' ').any(|w| w == check.word())];
                    " " (tongue.term(check))
                }
            }
        }
    }
}
