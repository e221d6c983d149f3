//! Words that clauses choose from: instruments, services, harms, drills.

use crate::closed::closed;

closed! {
    /// What kind of text it is, from the highest to the lowest (provision `precedence`).
    Instrument {
        /// Between two states.
        0 Agreement = "agreement",
        /// Part of an agreement.
        1 Annex = "annex",
        /// Between ministries or agencies.
        2 Memorandum = "memorandum",
        /// For one operation or season.
        3 OperationalPlan = "operational_plan",
        /// How one thing is always done.
        4 Sop = "sop",
    }

    /// What guest personnel never do (provision `prohibited_acts`).
    Prohibited {
        /// Arrest a person.
        0 Arrest = "arrest",
        /// Search a person, a vehicle or a building.
        1 Search = "search",
        /// Question a person as a suspect.
        2 Interrogate = "interrogate",
        /// Listen to or read what is not meant for them.
        3 Intercept = "intercept",
        /// Attack.
        4 Strike = "strike",
        /// Follow a person who flees.
        5 Pursue = "pursue",
        /// Deal with the public.
        6 ContactPublic = "contact_public",
        /// Recruit informants.
        7 RecruitSources = "recruit_sources",
    }

    /// What a person must have shown before he is tasked (provision
    /// `accreditation_and_training`).
    Training {
        /// Background vetted by the sender and accepted by the host.
        0 Vetting = "vetting",
        /// The host's law and custom.
        1 HostLaw = "host_law",
        /// Medical and psychological fitness.
        2 Fitness = "fitness",
        /// Arms and the rules for the use of force.
        3 UseOfForce = "use_of_force",
        /// First aid.
        4 FirstAid = "first_aid",
    }

    /// How personnel appear (provision `uniform_and_insignia`).
    Appearance {
        /// The sender's uniform.
        0 Uniform = "uniform",
        /// Plain clothes.
        1 PlainClothes = "plain_clothes",
        /// Plain clothes with an armband.
        2 Armband = "armband",
    }

    /// A sensor (provision `sensors_and_drones`).
    Sensor {
        /// A camera that stays where it is.
        0 FixedCamera = "fixed_camera",
        /// A camera on a vehicle.
        1 VehicleCamera = "vehicle_camera",
        /// A drone.
        2 Drone = "drone",
        /// A reader of number plates.
        3 PlateReader = "plate_reader",
        /// A detector of explosives.
        4 ExplosiveDetector = "explosive_detector",
    }

    /// What the host provides (provision `host_support`).
    Service {
        /// An escort.
        0 Escort = "escort",
        /// Seats in armoured vehicles.
        1 ArmouredSeats = "armoured_seats",
        /// A quick reaction force.
        2 Qrf = "qrf",
        /// Medical evacuation.
        3 Medevac = "medevac",
        /// A manned checkpoint.
        4 Checkpoint = "checkpoint",
    }

    /// How bad a threat or an incident is (provisions `duty_to_warn`, `joint_investigation`).
    Severity {
        /// Worth knowing.
        0 Advisory = "advisory",
        /// Changes what one does.
        1 Serious = "serious",
        /// Lives are at stake now.
        2 Critical = "critical",
    }

    /// Harm that is compensated (provision `claims_and_compensation`).
    Harm {
        /// A death.
        0 Death = "death",
        /// A lasting injury.
        1 Disability = "disability",
        /// An injury.
        2 Injury = "injury",
        /// Damage to property.
        3 Property = "property",
    }

    /// An exercise that both sides hold (provision `review_exercises_kpis`).
    Drill {
        /// Everybody is counted.
        0 Headcount = "headcount",
        /// All means of communication fail.
        1 LossOfComms = "loss_of_comms",
        /// Consent is revoked under way.
        2 Revocation = "revocation",
        /// A convoy is attacked.
        3 Attack = "attack",
    }

    /// How personnel answer for crimes (provision `immunity_and_testimony`).
    Immunity {
        /// None.
        0 None = "none",
        /// For acts on duty only.
        1 OnDuty = "on_duty",
        /// For all acts.
        2 Full = "full",
    }

    /// What a checkpoint does when its list of dead passes is old (provision `identification`).
    WhenStale {
        /// Ask by radio, then decide.
        0 Caution = "caution",
        /// Nobody passes on an old list.
        1 Refuse = "refuse",
    }

    /// What follows if a side keeps its share of a draw back (provision `advance_notice`).
    DrawFallback {
        /// The movement is held and does not leave.
        0 Held = "held",
        /// If the host kept its share back: the entry that was fixed when the plan was sealed.
        1 Fixed = "fixed",
    }

    /// How a report is graded (provision `markings_and_third_party_rule`).
    Grading {
        /// Admiralty code, A to F and 1 to 6.
        0 Admiralty = "admiralty",
        /// Europol, A to X and 1 to 4.
        1 Europol4x4 = "europol_4x4",
        /// United Kingdom, 3x5x2.
        2 Uk3x5x2 = "uk_3x5x2",
    }
}
