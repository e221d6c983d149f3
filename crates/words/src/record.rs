//! Words that records choose from: kinds, steps, channels, force.

use crate::closed::closed;

closed! {
    /// What a record is about.
    RecordKind {
        /// Force was used.
        0 UseOfForce = "use_of_force",
        /// Somebody is held.
        1 Detention = "detention",
        /// Somebody complains.
        2 Complaint = "complaint",
        /// A protected person may not move freely.
        3 Restriction = "restriction",
        /// Harm is to be compensated.
        4 Claim = "claim",
        /// An incident is investigated by both.
        5 Investigation = "investigation",
        /// A weapon or equipment is lost.
        6 Loss = "loss",
        /// Equipment or training is handed over.
        7 EquipmentTransfer = "equipment_transfer",
        /// A threat is told.
        8 Warning = "warning",
        /// The host's support is asked for.
        9 Support = "support",
        /// Personnel and kit have come in.
        10 Arrival = "arrival",
        /// A forbidden act is reported.
        11 ProhibitedAct = "prohibited_act",
        /// A person is unwelcome.
        12 Removal = "removal",
        /// Something will be said to the public.
        13 PublicStatement = "public_statement",
        /// The committee has met.
        14 Committee = "committee",
        /// An exercise was held.
        15 Drill = "drill",
        /// Something was reviewed, and what follows from it.
        16 Review = "review",
        /// How the host's support went.
        17 ServiceReport = "service_report",
        /// A security company was audited.
        18 LicenceAudit = "licence_audit",
    }

    /// A step of the answer to a record.
    Step {
        /// The side it concerns has reported it itself.
        0 Reported = "reported",
        /// The other side has it.
        1 Received = "received",
        /// What is known so far is told.
        2 Preliminary = "preliminary",
        /// The final report is told.
        3 Final = "final",
        /// It was reviewed.
        4 Reviewed = "reviewed",
        /// It was paid.
        5 Paid = "paid",
        /// It was answered.
        6 Answered = "answered",
        /// Whoever was held is with the host.
        7 HandedOver = "handed_over",
        /// It was provided.
        8 Provided = "provided",
        /// Where it is and what it does was checked.
        9 EndUseChecked = "end_use_checked",
        /// It has ended.
        10 Lifted = "lifted",
        /// It goes on, for a reason.
        11 Renewed = "renewed",
        /// The other side says that it is wrong.
        12 Disputed = "disputed",
        /// What was wrong is put right.
        13 Corrected = "corrected",
        /// The person has left.
        14 Left = "left",
        /// Who failed was dealt with.
        15 Disciplined = "disciplined",
        /// It was held, as the calendar asks.
        16 Held = "held",
    }

    /// How hard the force was.
    Force {
        /// Hands and grips.
        0 Physical = "physical",
        /// Spray, baton, stun.
        1 LessLethal = "less_lethal",
        /// A shot that was meant to hit nobody.
        2 WarningShot = "warning_shot",
        /// A firearm against a person.
        3 Firearm = "firearm",
    }

    /// How a complaint came.
    Channel {
        /// At a desk of either side.
        0 Desk = "desk",
        /// By telephone.
        1 Hotline = "hotline",
        /// In writing.
        2 Letter = "letter",
        /// From the person's own page.
        3 OwnPage = "own_page",
        /// Through the monitor that the agreement names.
        4 Monitor = "monitor",
    }

    /// What a complaint is about.
    Grievance {
        /// How somebody behaved.
        0 Conduct = "conduct",
        /// Force.
        1 Force = "force",
        /// A person could not move freely.
        2 Restriction = "restriction",
        /// Damage or loss.
        3 Property = "property",
        /// A bribe was asked or offered.
        4 Bribe = "bribe",
        /// Unequal treatment.
        5 Discrimination = "discrimination",
        /// What was done with a person's data.
        6 PersonalData = "personal_data",
    }

    /// What was lost.
    Item {
        /// A firearm or ammunition.
        0 Weapon = "weapon",
        /// A vehicle.
        1 Vehicle = "vehicle",
        /// A radio or telephone.
        2 Radio = "radio",
        /// A camera, drone or detector.
        3 Sensor = "sensor",
        /// A pass or badge.
        4 Document = "document",
    }
}
