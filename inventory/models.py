"""The face by which Django finds the domain's tables; each stage keeps its own."""

from inventory.allocation.complaint_models import ComplaintAnswer
from inventory.allocation.models import Decision, DecisionLine, Reservation, Round
from inventory.allocation.refusal_models import Refusal
from inventory.allocation.round_models import FrozenPool, Pin, PointsPolicy, RoundDecision
from inventory.associations.bank_models import BankCheck
from inventory.associations.filing_models import Filing, Letter
from inventory.associations.interest_models import Interest
from inventory.associations.models import (
    Association,
    Cluster,
    Contact,
    Eligibility,
    Membership,
    Request,
    RequestLine,
)
from inventory.collection.models import (
    CustodyException,
    CustodyHandover,
    CustodySignature,
    Manifest,
    ManifestContainer,
    ManifestLine,
    Vehicle,
)
from inventory.collection.pickup_models import PickupInvitation, PickupRequest
from inventory.devices.containers.models import Container, ContainerItem, Sealing
from inventory.devices.models import Device, DeviceAccessory, IssuedTag, Location, Medium, MediumStay, Merge, ToldApart
from inventory.disposal.models import FoundReport, RecyclingRecord
from inventory.documents.models import NumberSeries, StoredFile
from inventory.handover.aftercare_models import AfterEvent
from inventory.handover.appointment_models import Appointment, Slot
from inventory.handover.models import Agreement, AgreementItem, Valuation
from inventory.handover.supervision_models import Transmission
from inventory.handover.wording_models import AgreementWording
from inventory.jobs.models import Job
from inventory.ledger.models import (
    Checkpoint,
    CheckpointMail,
    Cosignature,
    Entry,
    Leaf,
    PrivatePayload,
    Subtree,
    Unsealed,
    Witness,
)
from inventory.privacy.elimination_models import EliminatedFile, EliminationLine, EliminationList, RetentionHold
from inventory.privacy.models import SubjectRequest
from inventory.refurbishment.models import TestResult
from inventory.reports.definitions.models import ReportDefinition
from inventory.reports.open_data.models import Statement, StatementFile
from inventory.reports.samples.models import Sample, SampleItem
from inventory.scanning.models import ExpectedDevice, ScanRow, ScanSession
from inventory.wiping.models import (
    Certificate,
    CertificateWithdrawal,
    Destruction,
    EvidenceBatch,
    EvidenceItem,
    QuarantinedBatch,
    QuarantinedMedium,
    Sanitisation,
    SecondCheck,
    SecondCheckPeriod,
)
from inventory.wiping.policy_models import ClearException, SanitisationPolicy

__all__ = [
    "AfterEvent",
    "Agreement",
    "AgreementItem",
    "AgreementWording",
    "Appointment",
    "Association",
    "BankCheck",
    "Certificate",
    "CertificateWithdrawal",
    "Checkpoint",
    "CheckpointMail",
    "ClearException",
    "Cluster",
    "ComplaintAnswer",
    "Contact",
    "Container",
    "ContainerItem",
    "Cosignature",
    "CustodyException",
    "CustodyHandover",
    "CustodySignature",
    "Decision",
    "DecisionLine",
    "Destruction",
    "Device",
    "DeviceAccessory",
    "Eligibility",
    "EliminatedFile",
    "EliminationLine",
    "EliminationList",
    "Entry",
    "EvidenceBatch",
    "EvidenceItem",
    "ExpectedDevice",
    "Filing",
    "FoundReport",
    "FrozenPool",
    "Interest",
    "IssuedTag",
    "Job",
    "Leaf",
    "Letter",
    "Location",
    "Manifest",
    "ManifestContainer",
    "ManifestLine",
    "Medium",
    "MediumStay",
    "Membership",
    "Merge",
    "NumberSeries",
    "PickupInvitation",
    "PickupRequest",
    "Pin",
    "PointsPolicy",
    "PrivatePayload",
    "QuarantinedBatch",
    "QuarantinedMedium",
    "RecyclingRecord",
    "Refusal",
    "ReportDefinition",
    "Request",
    "RequestLine",
    "Reservation",
    "RetentionHold",
    "Round",
    "RoundDecision",
    "Sample",
    "SampleItem",
    "Sanitisation",
    "SanitisationPolicy",
    "ScanRow",
    "ScanSession",
    "Sealing",
    "SecondCheck",
    "SecondCheckPeriod",
    "Slot",
    "Statement",
    "StatementFile",
    "StoredFile",
    "SubjectRequest",
    "Subtree",
    "TestResult",
    "ToldApart",
    "Transmission",
    "Unsealed",
    "Valuation",
    "Vehicle",
    "Witness",
]
