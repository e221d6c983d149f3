//! Theorems: what must hold of every request that a text permits.

use accord::rules::Rules;
use article::provision::Provision;
use words::id::ZoneId;
use words::presence::{ArmourClass, ArmsClass, Category, Purpose, Rung, Task};
use words::role::{Role, Side};

/// Deeds that put guest personnel or a convoy on the ground.
const GROUND: &str = r#"action in [Action::"order_task", Action::"depart", Action::"enter"]"#;
/// Deeds of guest personnel on duty.
const DUTY: &str = r#"action in [Action::"order_task", Action::"enter"]"#;
/// Deeds of guest personnel.
const PERSONNEL: &str = r#"action in [Action::"deploy", Action::"order_task", Action::"enter"]"#;
/// Deeds that announce a movement.
const ANNOUNCED: &str = r#"action in [Action::"notice", Action::"move"]"#;
/// Deeds of a movement.
const MOVING: &str = r#"action in [Action::"notice", Action::"move", Action::"depart"]"#;
/// Deeds that ask the host for something.
const ASKING: &str = r#"action in [Action::"deploy", Action::"move"]"#;

/// How far a theorem reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The guards alone see to it, whatever an annex permits.
    EveryAnnex,
    /// The permits of this very text see to it.
    ThisText,
}

/// What a theorem asks of whatever is permitted, in Cedar.
///
/// One small rule for each part: the symbolic compiler takes many times as long over one large
/// condition. No condition can err, for it reads nothing that is not said and computes nothing.
#[derive(Debug)]
enum Premise {
    /// Every part.
    All(Vec<String>),
    /// One part.
    Any(Vec<String>),
}

/// A theorem: its key, how far it reaches, and the Cedar condition that whatever is permitted
/// must meet; nothing if the text says nothing of the kind.
#[derive(Debug, Clone, Copy)]
pub struct Theorem {
    /// Its name; the sentence of it is the message `theorem-KEY`.
    pub key: &'static str,
    /// How far it reaches.
    pub reach: Reach,
    premise: fn(&Rules) -> Option<Premise>,
}

const fn guard(key: &'static str, premise: fn(&Rules) -> Option<Premise>) -> Theorem {
    Theorem { key, reach: Reach::EveryAnnex, premise }
}

/// Every theorem that is a condition on what is permitted.
pub const THEOREMS: &[Theorem] = &[
    guard("force", |_| said("context.in_force")),
    guard("period", |_| said("context.within_period")),
    guard("suspension", |_| said("!context.suspended")),
    guard("consent", |_| if_then(GROUND, "context.consent_live")),
    guard("heard", |_| if_then(GROUND, "context.host_heard")),
    guard("rung", |_| said("context.rung_open")),
    guard("zone", |rules| said(&format!("{}.contains(resource)", entities(&allowed(rules))))),
    guard("category", category),
    guard("purpose", purpose),
    guard("ceiling", ceiling),
    guard("arms", arms),
    guard("armour", armour),
    guard("notice", notice),
    guard("accreditation", accreditation),
    guard("licence", licence),
    guard("officers", officers),
    guard("command", command),
    guard("rotation", rotation),
    guard("cordon", cordon),
    guard("sensors", sensors),
    Theorem { key: "task", reach: Reach::ThisText, premise: task },
];

/// No rule can err.
pub const NEVER_ERRS: &str = "never-errs";
/// What the text permits, the text above it permits.
pub const UNDER: &str = "under";
/// The same holds under exchange of roles.
pub const RECIPROCITY: &str = "reciprocity";

impl Theorem {
    /// Rules that permit what the theorem allows, and nothing else: ids and texts.
    pub(crate) fn rules(&self, rules: &Rules) -> Option<Vec<(String, String)>> {
        let id = |at: usize| format!("{}/{at}", self.key);
        let everything = "permit (principal, action, resource)";
        let written = match (self.premise)(rules)? {
            Premise::Any(parts) => parts
                .iter()
                .enumerate()
                .map(|(at, part)| (id(at), format!("{everything}\nwhen {{\n    {part}\n}};")))
                .collect(),
            Premise::All(parts) => {
                let forbid = |part: &String| {
                    format!("forbid (principal, action, resource)\nunless {{\n    {part}\n}};")
                };
                let forbids = parts.iter().map(forbid);
                let all = std::iter::once(format!("{everything};")).chain(forbids);
                all.enumerate().map(|(at, text)| (id(at), text)).collect()
            }
        };
        Some(written)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a premise of the table, which may have none")]
fn said(condition: &str) -> Option<Premise> {
    Some(Premise::All(vec![condition.to_owned()]))
}

fn if_then(when: &str, then: &str) -> Option<Premise> {
    said(&format!("!({when}) || {then}"))
}

// Cedar lets a fact that may be unsaid be read only where it is said.
fn if_said(fact: &str, then: &str) -> String {
    format!("(if context has {fact} then {then} else true)")
}

fn allowed(rules: &Rules) -> Vec<ZoneId> {
    rules.zones().filter(|zone| zone.allowed).map(|zone| zone.zone.clone()).collect()
}

// All that the text lists of one kind, in all its articles.
fn listed<T>(rules: &Rules, of: impl Fn(&Provision) -> Option<Vec<T>>) -> Option<Vec<T>> {
    let lists: Vec<Vec<T>> = rules.document().provisions().filter_map(|(_, one)| of(one)).collect();
    (!lists.is_empty()).then(|| lists.into_iter().flatten().collect())
}

fn category(rules: &Rules) -> Option<Premise> {
    let categories = listed(rules, |one| {
        let Provision::PersonnelCategories(categories) = one else { return None };
        Some(categories.clone())
    })?;
    let words = words(categories.into_iter().map(Category::as_str));
    said(&if_said("category", &format!("{words}.contains(context.category)")))
}

fn purpose(rules: &Rules) -> Option<Premise> {
    let purposes = listed(rules, |one| {
        let Provision::Purpose(purposes) = one else { return None };
        Some(purposes.clone())
    })?;
    let words = words(purposes.into_iter().map(Purpose::as_str));
    let listed = if_said("purpose", &format!("{words}.contains(context.purpose)"));
    said(&format!("(!({ASKING}) || context has purpose) &&\n    {listed}"))
}

// Both the ceilings of the text and what the node worked out for this very request.
#[expect(clippy::unnecessary_wraps, reason = "a premise of the table, which may have none")]
fn ceiling(rules: &Rules) -> Option<Premise> {
    let mut parts = vec![
        "context.headcount_after <= context.headcount_max".to_owned(),
        "context.vehicles_after <= context.vehicles_max".to_owned(),
        "context.armed_after <= context.armed_max".to_owned(),
    ];
    for one in rules.document().ceilings() {
        let (category, zone) = (one.category, &one.zone);
        parts.push(format!(
            "(!(context has category && context.category == \"{category}\" && \
             resource == Zone::\"{zone}\") ||\n     (context.headcount_after <= {} && \
             context.vehicles_after <= {} && context.armed_after <= {}))",
            one.headcount_max, one.vehicles_max, one.armed_max
        ));
    }
    Some(Premise::All(parts))
}

#[expect(clippy::unnecessary_wraps, reason = "a premise of the table, which may have none")]
fn arms(rules: &Rules) -> Option<Premise> {
    // A text that says nothing of arms lets nobody be armed.
    let exceptions = listed(rules, |one| {
        let Provision::Arms(rules) = one else { return None };
        Some(rules.clone())
    });
    let mut parts = vec![format!("context.arms == \"{}\"", ArmsClass::Unarmed)];
    for rule in exceptions.unwrap_or_default() {
        let classes = ArmsClass::ALL.iter().filter(|class| **class <= rule.class_max);
        parts.push(format!(
            "(context has category && context.category == \"{}\" &&\n      \
             {}.contains(resource) && {}.contains(context.arms))",
            rule.category,
            entities(&rule.zones),
            words(classes.map(|class| class.as_str())),
        ));
    }
    let within = if_said("arms", &parts.join(" ||\n     "));
    Some(Premise::All(vec![format!("!({DUTY}) || context has arms"), within]))
}

fn armour(rules: &Rules) -> Option<Premise> {
    rules.article_of("vehicles")?;
    let enough = ArmourClass::ALL.iter().filter(|class| **class >= rules.armour_min());
    let enough = words(enough.map(|class| class.as_str()));
    let strong = if_said("armour", &format!("{enough}.contains(context.armour)"));
    said(&format!("(!(action == Action::\"depart\") || context has armour) &&\n    {strong}"))
}

// An emergency may shorten the notice, as far as the text says, and nothing else. Nothing moves
// under a text that says nothing of notice.
fn notice(rules: &Rules) -> Option<Premise> {
    let Some(notice) = rules.notice() else { return said(&format!("!({MOVING})")) };
    let relaxed = rules.document().provisions().find_map(|(_, one)| {
        let Provision::EmergencyAndEvacuation(emergency) = one else { return None };
        let least_ms = emergency.notice_ms_min;
        Some(format!(" || (context.emergency && context.notice_ms >= {least_ms})"))
    });
    let relaxed = relaxed.unwrap_or_default();
    if_then(ANNOUNCED, &format!("context.notice_ms >= {}{relaxed}", notice.urgent_ms))
}

fn accreditation(rules: &Rules) -> Option<Premise> {
    rules.article_of("accreditation_and_training")?;
    if_then(DUTY, "context.accredited")
}

fn licence(rules: &Rules) -> Option<Premise> {
    let categories = listed(rules, |one| {
        let Provision::PscLicensing(licensing) = one else { return None };
        Some(licensing.categories.clone())
    })?;
    let words = words(categories.into_iter().map(Category::as_str));
    let whose = format!("{words}.contains(context.category)");
    if_then(&format!("{PERSONNEL} && context has category && {whose}"), "context.licensed")
}

fn officers(rules: &Rules) -> Option<Premise> {
    let beside = listed(rules, |one| {
        let Provision::HostPresence(beside) = one else { return None };
        Some(beside.clone())
    })?;
    let parts = beside.into_iter().map(|rule| {
        let words = words(rule.tasks.into_iter().map(Task::as_str));
        format!(
            "(!({DUTY} && context has task && {words}.contains(context.task)) ||\n     \
             context.guests_per_officer <= {})",
            rule.guests_per_officer_max
        )
    });
    Some(Premise::All(parts.collect()))
}

fn command(rules: &Rules) -> Option<Premise> {
    let roles = listed(rules, |one| {
        let Provision::CommandAndInstructions(command) = one else { return None };
        Some(command.orders_by.clone())
    })?;
    let words = words(roles.into_iter().map(Role::as_str));
    let ordered = format!("context has ordered_by && {words}.contains(context.ordered_by)");
    if_then(r#"action == Action::"order_task""#, &format!("({ordered})"))
}

fn rotation(rules: &Rules) -> Option<Premise> {
    let rotations = listed(rules, |one| {
        let Provision::Rotation(rotation) = one else { return None };
        Some(vec![rotation.clone()])
    })?;
    let parts = rotations.into_iter().map(|one| {
        format!(
            "(!(action == Action::\"deploy\") || context.stay_ms <= {}) &&\n    \
             (!(action == Action::\"order_task\") || context.absent_ms >= {})",
            one.stay_ms_max, one.gap_ms_min
        )
    });
    Some(Premise::All(parts.collect()))
}

fn cordon(rules: &Rules) -> Option<Premise> {
    let ours = rules.document().provisions().any(
        |(_, one)| matches!(one, Provision::CordonRoles(cordons) if cordons.inner == Side::Host),
    );
    let other = format!("context.task != \"{}\"", Task::InnerCordon);
    said(&if_said("task", &other)).filter(|_| ours)
}

fn sensors(rules: &Rules) -> Option<Premise> {
    let rows = listed(rules, |one| {
        let Provision::SensorsAndDrones(rows) = one else { return None };
        Some(rows.clone())
    })?;
    let task = Task::TechnicalSurveillance;
    let open = rows.into_iter().map(|row| {
        format!(
            "(context.sensor == \"{}\" && {}.contains(resource) && context.altitude_m <= {})",
            row.sensor,
            entities(&row.zones),
            row.altitude_m_max
        )
    });
    let open = if_said("sensor", &open.collect::<Vec<_>>().join(" ||\n     "));
    said(&format!(
        "(!({DUTY} && context has task && context.task == \"{task}\") ||\n     \
         context has sensor) &&\n    {open}"
    ))
}

// A permitted row of a clause that is not suspended, for whoever is on duty; a request to deploy
// may leave the task open; a movement without guest personnel needs none.
#[expect(clippy::unnecessary_wraps, reason = "a premise of the table, which may have none")]
fn task(rules: &Rules) -> Option<Premise> {
    let mut parts = Vec::new();
    for (article, one) in rules.document().provisions() {
        let Provision::TerritoryAndZones(zones) = one else { continue };
        let open = zones.iter().filter(|zone| zone.allowed).map(|zone| zone.zone.clone());
        parts.push(format!(
            "({MOVING} && {}.contains(resource) && {} &&\n      \
             !(context has category) && !(context has task))",
            entities(&open.collect::<Vec<_>>()),
            awake(&article.number),
        ));
    }
    for (article, permit) in rules.document().permits() {
        let rungs = Rung::ALL.iter().filter(|rung| **rung <= permit.rung_max);
        parts.push(format!(
            "({} && {}.contains(resource) && context has category &&\n      \
             {}.contains(context.category) &&\n      \
             ((context has task && context.task == \"{}\" &&\n        context has rung && \
             {}.contains(context.rung)) ||\n       \
             (action == Action::\"deploy\" && !(context has task))))",
            awake(article),
            entities(&permit.zones),
            words(permit.categories.iter().copied().map(Category::as_str)),
            permit.task,
            words(rungs.map(|rung| rung.as_str())),
        ));
    }
    let guest = &rules.document().guest;
    let by_the_guest = |part| format!("principal == Party::\"{guest}\" && {part}");
    Some(Premise::Any(parts.into_iter().map(by_the_guest).collect()))
}

// A clause that is suspended permits nothing.
fn awake(article: &str) -> String {
    format!("!context.suspended_articles.contains(\"{article}\")")
}

fn words(items: impl Iterator<Item = &'static str>) -> String {
    let quoted: Vec<String> = items.map(|word| format!("\"{word}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

fn entities(zones: &[ZoneId]) -> String {
    let quoted: Vec<String> = zones.iter().map(|zone| format!("Zone::\"{zone}\"")).collect();
    format!("[{}]", quoted.join(", "))
}
