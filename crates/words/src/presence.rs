//! Presence of guest personnel: who, doing what, how armed, on which rung.

use crate::closed::closed;

closed! {
    /// Category of guest personnel (provision `personnel_categories`).
    Category {
        /// Police officers.
        0 Police = "police",
        /// Members of armed forces.
        1 ArmedForces = "armed_forces",
        /// Civilian component.
        2 Civilian = "civilian",
        /// Private security company personnel.
        3 PrivateSecurity = "private_security",
        /// Liaison officers.
        4 Liaison = "liaison",
        /// Technical personnel.
        5 Technical = "technical",
        /// Medical personnel.
        6 Medical = "medical",
        /// Drivers.
        7 Driver = "driver",
    }

    /// What guest personnel may do (provision `permitted_tasks`).
    Task {
        /// Give advice to host officers.
        0 Advise = "advise",
        /// Keep contact between the parties.
        1 Liaise = "liaise",
        /// Watch and report, nothing else.
        2 Observe = "observe",
        /// Analyse reports.
        3 Analyse = "analyse",
        /// Plan movements.
        4 Plan = "plan",
        /// Hold the inner cordon around protected persons.
        5 InnerCordon = "inner_cordon",
        /// Accompany a protected person closely.
        6 CloseProtection = "close_protection",
        /// Drive a vehicle of the convoy.
        7 Drive = "drive",
        /// Run sensors whose feed goes to the host.
        8 TechnicalSurveillance = "technical_surveillance",
        /// Give medical aid.
        9 MedicalAid = "medical_aid",
        /// Train others.
        10 Train = "train",
        /// Investigate jointly with the host.
        11 InvestigateJointly = "investigate_jointly",
    }

    /// The ladder of presence; each rung is consented, capped and revoked apart.
    Rung {
        /// Share information, nobody present.
        0 Inform = "inform",
        /// Sit in meetings.
        1 SitIn = "sit_in",
        /// Observe in place.
        2 Observe = "observe",
        /// Advise in place.
        3 Advise = "advise",
        /// Provide a technical feed.
        4 TechnicalFeed = "technical_feed",
        /// Escort inside the host's cordon.
        5 EscortInsideCordon = "escort_inside_cordon",
        /// Armed presence.
        6 Armed = "armed",
    }

    /// How personnel are armed (provision `arms`), from none upwards.
    ArmsClass {
        /// No weapon of any kind.
        0 Unarmed = "unarmed",
        /// Less-lethal means only.
        1 LessLethal = "less_lethal",
        /// Pistols.
        2 Sidearm = "sidearm",
        /// Rifles.
        3 LongArm = "long_arm",
    }

    /// Protection of a vehicle (provision `vehicles`), from none upwards.
    ArmourClass {
        /// An ordinary vehicle.
        0 Soft = "soft",
        /// Resists rifle fire (a "BPV").
        1 BulletProof = "bullet_proof",
        /// Resists rifle fire and blast.
        2 BlastProof = "blast_proof",
    }

    /// Why an act is done (provision `purpose`).
    Purpose {
        /// Protect persons enrolled for protection.
        0 ProtectPersons = "protect_persons",
        /// Advise and train host forces.
        1 BuildCapacity = "build_capacity",
        /// Investigate an incident with the host.
        2 Investigate = "investigate",
        /// Move persons out of danger.
        3 Evacuate = "evacuate",
    }

    /// How important the activity is (UN programme criticality).
    Criticality {
        /// Lifesaving or directed from the top.
        0 Pc1 = "pc1",
        /// High.
        1 Pc2 = "pc2",
        /// Medium.
        2 Pc3 = "pc3",
        /// Low.
        3 Pc4 = "pc4",
    }

    /// Residual risk after measures (ISO 31000; UN scale).
    Risk {
        /// Low.
        0 Low = "low",
        /// Medium.
        1 Medium = "medium",
        /// High.
        2 High = "high",
        /// Very high.
        3 VeryHigh = "very_high",
        /// Unacceptable whatever the criticality.
        4 Unacceptable = "unacceptable",
    }
}

impl Criticality {
    /// The highest residual risk that this criticality bears: PC1 very high, PC2 high,
    /// PC3 medium, PC4 low (UN programme criticality framework; an agreement may lower it).
    pub const fn risk_max(self) -> Risk {
        match self {
            Self::Pc1 => Risk::VeryHigh,
            Self::Pc2 => Risk::High,
            Self::Pc3 => Risk::Medium,
            Self::Pc4 => Risk::Low,
        }
    }
}
