"""Every rule the database enforces by itself, gathered from the stages."""

from inventory.allocation.rules import ALLOCATION_RULES
from inventory.associations.rules import ASSOCIATION_RULES
from inventory.collection.rules import COLLECTION_RULES
from inventory.devices.containers.rules import CONTAINER_RULES
from inventory.devices.rules import DEVICE_RULES
from inventory.handover.rules import HANDOVER_RULES
from inventory.jobs.rules import JOB_RULES
from inventory.ledger.rules import LEDGER_RULES, Rule
from inventory.privacy.rules import PRIVACY_RULES
from inventory.reports.definitions.rules import DEFINITION_RULES
from inventory.reports.open_data.rules import STATEMENT_RULES
from inventory.reports.samples.rules import SAMPLE_RULES
from inventory.wiping.rules import WIPING_RULES

RULES: list[Rule] = [
    *LEDGER_RULES,
    *JOB_RULES,
    *DEVICE_RULES,
    *CONTAINER_RULES,
    *ASSOCIATION_RULES,
    *COLLECTION_RULES,
    *WIPING_RULES,
    *ALLOCATION_RULES,
    *HANDOVER_RULES,
    *SAMPLE_RULES,
    *STATEMENT_RULES,
    *DEFINITION_RULES,
    *PRIVACY_RULES,
]
