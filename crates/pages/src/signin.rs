//! Signing in: a person and a passphrase, or a passkey.

use maud::{Markup, html};
use sheet::term::Naming;
use words::id::PersonId;
use words::role::Role;

use sheet::frame::{Frame, Sheet, page as framed};
use sheet::term::own;

/// A person who can sign in here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// The pseudonym.
    pub person: PersonId,
    /// How this desk calls the person.
    pub name: String,
    /// What the person may sign.
    pub roles: Vec<Role>,
}

/// What can be signed in with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// The people of this node.
    pub officers: Vec<Officer>,
    /// In an exercise, the passphrase that all its invented officers share.
    pub hint: Option<String>,
    /// Where to go afterwards: a path of this node.
    pub then: Option<String>,
    /// Did the last attempt fail? Which part was wrong is not said.
    pub failed: bool,
}

/// The page.
pub fn page(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    let main = html! {
        h1 { (tongue.say("sign-in")) }
        p class="meta" { (tongue.say("signin-what")) }
        @if view.failed { p class="problem" role="alert" { (tongue.say("signin-failed")) } }
        (passphrase(view, frame))
        (passkey(frame))
        @if frame.exercise { (exercise(view, frame)) }
    };
    framed(frame, &Sheet { title: tongue.say("sign-in"), class: "page narrow", main })
}

fn passphrase(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card" aria-labelledby="h-file" {
            h2 id="h-file" { (tongue.say("signin-file")) }
            form class="form" method="post" action="/signin" {
                @if let Some(then) = &view.then { input type="hidden" name="then" value=(then); }
                div class="field" {
                    label for="person" { (tongue.say("field-person")) }
                    select id="person" name="person" {
                        @for officer in &view.officers {
                            option value=(officer.person) { (officer.name) }
                        }
                    }
                }
                div class="field" {
                    label for="passphrase" { (tongue.say("field-passphrase")) }
                    input id="passphrase" name="passphrase" type="password" required
                        autocomplete="current-password"
                        aria-describedby=[view.hint.as_ref().map(|_| "hint")];
                    @if let Some(hint) = &view.hint {
                        p class="hint" id="hint" {
                            (tongue.say("signin-hint")) " " code { (own(hint)) }
                        }
                    }
                }
                button class="primary" { (tongue.say("sign-in")) }
            }
        }
    }
}

fn passkey(frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card needs-script" aria-labelledby="h-passkey" {
            h2 id="h-passkey" { (tongue.say("passkey")) }
            @if let Some(person) = &frame.signed_in {
                form class="form" data-passkey-form {
                    input type="hidden" name="username" value=(person.person);
                    p { (tongue.say("passkey-register-what")) }
                    button type="button" data-passkey="register" {
                        (tongue.say("passkey-register"))
                    }
                }
            } @else {
                form class="form" data-passkey-form {
                    div class="field" {
                        label for="username" { (tongue.say("field-username")) }
                        input id="username" name="username" type="text" dir="ltr"
                            autocomplete="username webauthn";
                    }
                    button type="button" data-passkey="signin" { (tongue.say("passkey-signin")) }
                }
            }
        }
    }
}

fn exercise(view: &View, frame: &Frame) -> Markup {
    let tongue = frame.tongue();
    html! {
        section class="card" aria-labelledby="h-cast" {
            h2 id="h-cast" { (tongue.say("signin-cast")) }
            p class="meta" { (tongue.say("signin-invented")) }
            table class="table" {
                thead { tr {
                    th scope="col" { (tongue.say("field-person")) }
                    th scope="col" { (tongue.say("roles")) }
                } }
                tbody { @for officer in &view.officers { tr {
                    th scope="row" { (own(&officer.name))
                        @if officer.name != officer.person.as_str() {
                            " " span class="meta" { (own(&officer.person)) }
                        } }
                    td { (tongue.terms(&officer.roles)) }
                } } }
            }
        }
    }
}
