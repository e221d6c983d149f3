//! A pass verified, beside two bare verifications; sizes of its codes.

use std::hint::black_box;
use std::time::Duration;

use note::key::{SigningKey, verify as bare};
use pass::claims::{Claims, Digest, Ed25519, INDICES};
use pass::code::{countersign, issue};
use pass::kit::{Kit, Now, Signer, open};
use pass::paper::{Correction, Sheet, from_text, qr_version, sheet, text};
use pass::refusal::KitRefusal;
use pass::status::Status;
use pass::verify::{Shown, verify};
use words::act::Names;
use words::clause::WhenStale;
use words::hash::Hash;
use words::id::{PartyId, PassId, ZoneId};
use words::moment::{Moment, Window};
use words::presence::{ArmsClass, Task};

use crate::parties::Failure;
use crate::say;
use crate::timing::{percentile, timed as real};

/// Verifications of each kind, in turns.
const COUNT: usize = 2_000;

/// One in a hundred passes is dead.
const DEAD_EVERY: u32 = 100;

const START_MS: i64 = 1_728_237_600_000;

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    let (host, guest) = (SigningKey::from_seed(&[2; 32]), SigningKey::from_seed(&[1; 32]));
    let start = Moment::from_ms(START_MS);
    let claims = claims(start)?;
    let paper = text(&countersign(&issue(&claims, &guest)?, &host)?);
    let mut status = Status::new("safeconduct:host/passes", start, 300, (812, Hash([9; 32])));
    // Scattered as by chance: what is regular packs too well.
    let scattered =
        |index: &u32| (index.wrapping_mul(2_654_435_761) >> 16).is_multiple_of(DEAD_EVERY);
    for index in (0..INDICES).filter(|index| *index != claims.index).filter(scattered) {
        status.kill(index);
    }
    let list = status.sign(&host);
    let kit = kit(start, (&host, &guest), list.clone())?.sign(&host);
    let trust = open(&kit, Now::Theirs(start), None).map_err(KitRefusal::code)?;
    let shown = Shown { at: start, zone: Some(&claims.zone), photo: None };

    let message = [7; 160];
    let (key, signature) = (host.public(), host.sign(&message));
    let (mut whole, mut twice, mut opened) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..COUNT {
        whole.push(timed(|| {
            let code = from_text(&paper).map_err(|no| no.to_string())?;
            verify(&code, &trust, shown).map(black_box).map_err(|no| no.code().to_owned())
        })?);
        twice.push(timed(|| {
            bare(&key, black_box(&message), &signature).map_err(|no| no.to_string())?;
            bare(&key, black_box(&message), &signature).map_err(|no| no.to_string())
        })?);
    }
    for _ in 0..COUNT / 10 {
        opened.push(timed(|| {
            open(&kit, Now::Theirs(start), None).map(black_box).map_err(|no| no.code().to_owned())
        })?);
    }
    report(&mut whole, &mut twice, &mut opened)?;
    sizes(&paper, &list, &kit)
}

// Real time: a processor's own account of a thread is too coarse for some of these machines, and a
// median does not see the few that were disturbed.
fn timed<T>(deed: impl FnOnce() -> Result<T, String>) -> Result<Duration, Failure> {
    let (took, given) = real(deed);
    given?;
    Ok(took)
}

fn report(
    whole: &mut [Duration],
    twice: &mut [Duration],
    opened: &mut [Duration],
) -> Result<(), Failure> {
    let made = "Text of the ordinary pass to a verdict, real time; the \
                baseline is two strict Ed25519 verifications of 160 bytes, in turns with it.";
    say::heading("Passes", made)?;
    let micros = |took: Duration| took.as_secs_f64() * 1_000_000.0;
    let (half, bare) = (percentile(whole, 50), percentile(twice, 50));
    let ratio = micros(half) / micros(bare);
    say::line(format_args!(
        "verify: {:.1} µs (p50), {:.1} µs (p99); two verifications {:.1} µs: {ratio:.2}",
        micros(half),
        micros(percentile(whole, 99)),
        micros(bare),
    ))?;
    let (half, most) = (percentile(opened, 50), percentile(opened, 99));
    say::line(format_args!(
        "open a kit: {:.0} µs (p50), {:.0} µs (p99)",
        micros(half),
        micros(most)
    ))?;
    Ok(())
}

fn sizes(paper: &str, list: &[u8], kit: &[u8]) -> Result<(), Failure> {
    let version = |text: &str, correction| {
        qr_version(text, correction).map_or("none".to_owned(), |version| format!("v{version}"))
    };
    say::line(format_args!(
        "pass: {} characters, QR {} at M, {} at Q",
        paper.len(),
        version(paper, Correction::Medium),
        version(paper, Correction::Quartile),
    ))?;
    let kit_text = sheet(Sheet::Kit, kit);
    say::line(format_args!(
        "list of 65,536 with 1 % dead: {} bytes; the kit with it {} bytes, QR {} at L",
        list.len(),
        kit.len(),
        version(&kit_text, Correction::Low),
    ))?;
    Ok(())
}

fn claims(start: Moment) -> Result<Claims, Failure> {
    let window = Window::new(start, start.plus_ms(4 * 3_600_000)).ok_or("no window")?;
    Ok(Claims {
        pass: PassId::new("p-7f3a")?,
        index: 412,
        appearance: "man, 45, grey beard, blue jacket".to_owned(),
        photo: Some(Digest::of(b"a photograph")),
        vehicle: "BKA-4471".to_owned(),
        headcount: 4,
        task: Task::InnerCordon,
        arms: ArmsClass::Sidearm,
        serials: vec!["K-48213".to_owned()],
        zone: ZoneId::new("port-east")?,
        window,
        basis: Digest::of(b"a basis"),
        phone: None,
    })
}

fn kit(
    made: Moment,
    (host, guest): (&SigningKey, &SigningKey),
    list: Vec<u8>,
) -> Result<Kit, Failure> {
    let signer = |party: &str, key: &SigningKey| {
        let public = key.public().public.try_into().map_err(|_bytes| "no key")?;
        let names = Names { en: party.to_owned(), zh: party.to_owned(), ur: party.to_owned() };
        Ok::<_, Failure>(Signer { party: PartyId::new(party)?, names, keys: vec![Ed25519(public)] })
    };
    Ok(Kit {
        host: signer("host", host)?,
        guest: signer("guest", guest)?,
        made,
        stale_after_ms: 7_200_000,
        when_stale: WhenStale::Caution,
        zones: Vec::new(),
        list,
        expected: None,
        exercise: None,
    })
}
