//! Sensors: what is consented to is what runs.

use article::root::root;
use words::act::{AgreementProposed, AgreementSigned};
use words::clause::Sensor;
use words::deployment::{
    ConsentGranted, DeploymentRequested, Sensing, Subject, TaskOrdered, TaskStarted, Terms,
};
use words::id::{ConsentId, DeploymentId, TaskId, UnitId, ZoneId};
use words::moment::Window;
use words::presence::{ArmsClass, Category, Purpose, Rung, Task};
use words::refusal::Refusal;
use words::role::Side::{Guest, Host};

use crate::pair::{Pair, agreement};

const AGREEMENT: &str = include_str!("../../../../scenarios/karachi/agreement.toml");
const HOUR_MS: i64 = 3_600_000;

// The exercise's agreement, and one camera on the road.
fn listed() -> Pair {
    let mut pair = Pair::agreed();
    let text = AGREEMENT.to_owned()
        + &crate::article(
            "91",
            "sensors_and_drones = [{ sensor = \"fixed_camera\", zones = [\"karachi-port-road\"], \
             altitude_m_max = 0, retention_hours = 24, feed_to_host = true }]",
        );
    pair.say(Host, AgreementProposed { agreement: agreement(), text: text.clone() }).unwrap();
    for side in [Host, Guest] {
        pair.say(side, AgreementSigned { agreement: agreement(), text: root(&text) }).unwrap();
    }
    pair
}

fn watches(pair: &mut Pair, id: &str, task: Task, sensor: Option<Sensor>) -> Result<(), Refusal> {
    let request = DeploymentRequested {
        deployment: DeploymentId::new(id).unwrap(),
        agreement: agreement(),
        purpose: Purpose::ProtectPersons,
        terms: Terms {
            zone: ZoneId::new("karachi-port-road").unwrap(),
            category: Category::Technical,
            task,
            rung: Rung::TechnicalFeed,
            arms: ArmsClass::Unarmed,
            headcount: 2,
            vehicles: 0,
            sensing: sensor.map(|sensor| Sensing { sensor, altitude_m: 0 }),
            window: Window::new(pair.now, pair.now.plus_ms(HOUR_MS)).unwrap(),
        },
    };
    pair.say(Guest, request)
}

fn ordered(pair: &mut Pair, deployment: &str) -> Result<(), Refusal> {
    let lease = ConsentGranted {
        consent: ConsentId::new(&format!("c-{deployment}")).unwrap(),
        subject: Subject::Deployment(DeploymentId::new(deployment).unwrap()),
        until: pair.now.plus_ms(HOUR_MS),
        headcount_max: 2,
    };
    pair.say(Host, lease).unwrap();
    let task = TaskId::new(&format!("t-{deployment}")).unwrap();
    let window = Window::new(pair.now, pair.now.plus_ms(HOUR_MS)).unwrap();
    let units = vec![UnitId::new("u-1").unwrap()];
    let deployment = DeploymentId::new(deployment).unwrap();
    pair.say(Guest, TaskOrdered { task: task.clone(), deployment, units, window })?;
    pair.say(Guest, TaskStarted { task })
}

#[test]
fn technical_surveillance_runs_the_sensor_that_was_consented_to() {
    let (mut pair, task) = (listed(), Task::TechnicalSurveillance);
    watches(&mut pair, "d-1", task, Some(Sensor::FixedCamera)).unwrap();
    ordered(&mut pair, "d-1").unwrap();
    watches(&mut pair, "d-2", task, None).unwrap();
    let refusal = ordered(&mut pair, "d-2").unwrap_err();
    assert_eq!(refusal.articles, ["91"], "on duty it names its sensor");
    let refusal = watches(&mut pair, "d-3", task, Some(Sensor::Drone)).unwrap_err();
    assert_eq!(refusal.articles, ["91"], "no other runs");
    let refusal = watches(&mut pair, "d-4", Task::Observe, Some(Sensor::FixedCamera)).unwrap_err();
    assert!(refusal.detail.contains("technical surveillance"), "{}", refusal.detail);
}
