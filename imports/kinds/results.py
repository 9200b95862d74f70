"""Results of wiping: the table of a wiping station, a storage medium a row, kept as evidence."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from imports.kinds import cells
from imports.kinds.shape import Field, Kind, Result
from imports.vocabulary import TAG_WORDS
from inventory.lifecycle import MediumState, Word
from inventory.wiping.evidence import LARGEST
from inventory.wiping.evidence.station import MOST_ROWS


@dataclass(frozen=True, slots=True)
class WipedMedium:
    """One storage medium as the station tells of it; every word as written, for the judge. `operator` is not kept."""

    line: int
    tag: str = ""
    device_serial: str = ""
    medium_serial: str = ""
    model: str = ""
    medium_kind: str = ""
    method: str = ""
    result: str = ""
    verification: str = ""
    errors: str = ""
    tool: str = ""
    version: str = ""
    operator: str = ""
    started_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None
    notices: tuple[str, ...] = ()


RESULTS = Kind(
    name="evidence",
    label=_("Results of wiping"),
    row=WipedMedium,
    fields=(
        Field(
            "tag",
            _("Device tag"),
            cells.tag,
            text=True,
            words=(*TAG_WORDS, "Device tag", "Étiquette de l’appareil", "Label van het toestel"),
        ),
        Field(
            "device_serial",
            _("Serial number of the device"),
            cells.serial,
            text=True,
            words=(
                *("Serial number of the device", "Device serial", "Device serial number", "System serial"),
                *("Computer serial", "N° de série de l’appareil", "Numéro de série de l’appareil"),
                *("Serienummer van het toestel", "Serienummer toestel"),
            ),
        ),
        Field(
            "medium_serial",
            _("Serial number of the storage medium"),
            cells.serial,
            text=True,
            words=(
                *("Serial number of the storage medium", "Medium serial", "Disk serial", "Disk serial number"),
                *("Drive serial", "Drive serial number", "Media serial", "HDD serial", "SSD serial"),
                *("Numéro de série du support", "Numéro de série du support de stockage", "N° de série du disque"),
                *("Numéro de série du disque", "Série disque", "Serienummer van de gegevensdrager"),
                *("Serienummer gegevensdrager", "Serienummer schijf", "Serienummer van de schijf"),
                # A station tells of drives: a serial number that says no more is the drive's.
                *("Serial number", "Serial", "Serial no", "S/N", "Numéro de série", "N° de série", "Serienummer"),
            ),
        ),
        Field("model", _("Model"), cells.words(150), words=("Disk model", "Drive model", "Modèle du disque")),
        Field(
            "medium_kind",
            _("Kind of storage medium"),
            cells.words(60),
            words=(
                *("Kind of storage medium", "Medium type", "Media type", "Disk type", "Drive type", "Type"),
                *("Type de support", "Genre de support", "Type de disque", "Soort gegevensdrager", "Type schijf"),
            ),
        ),
        Field(
            "method",
            _("Method"),
            cells.words(100),
            needed=True,
            words=(
                *("Method", "Wipe method", "Erasure method", "Erasure standard", "Standard", "Algorithm"),
                *("Méthode", "Méthode d’effacement", "Norme", "Standard d’effacement", "Methode", "Wismethode", "Norm"),
            ),
        ),
        Field(
            "result",
            _("Result"),
            cells.words(100),
            needed=True,
            words=(
                *("Result", "Status", "State", "Outcome", "Wipe result", "Erasure status"),
                *("Résultat", "Statut", "État", "Resultaat", "Toestand", "Uitkomst"),
            ),
        ),
        Field(
            "verification",
            _("Verification"),
            cells.words(100),
            words=("Verification", "Verified", "Verify", "Vérification", "Vérifié", "Verificatie", "Geverifieerd"),
        ),
        Field(
            "errors",
            _("Errors"),
            cells.words(40),
            words=("Errors", "Error count", "Bad sectors", "Erreurs", "Secteurs défectueux", "Fouten"),
        ),
        Field(
            "tool",
            _("Tool"),
            cells.words(60),
            words=("Tool", "Software", "Program", "Outil", "Logiciel", "Programme", "Programma", "Software"),
        ),
        Field(
            "version",
            _("Version"),
            cells.words(40),
            text=True,
            words=("Version", "Tool version", "Version de l’outil", "Versie"),
        ),
        Field(
            "operator",
            _("Operator"),
            cells.words(150),
            people=True,
            words=(
                "Operator",
                "Technician",
                "Wiped by",
                "Opérateur",
                "Technicien",
                "Effacé par",
                "Technicus",
                "Gewist door",
            ),
        ),
        Field(
            "started_at",
            _("Started"),
            cells.beginning,
            shown=cells.moment_words,
            words=(
                "Started",
                "Start",
                "Start time",
                "Started at",
                "Début",
                "Commencé le",
                "Begonnen",
                "Begin",
                "Gestart",
            ),
        ),
        Field(
            "ended_at",
            _("Ended"),
            cells.moment,
            shown=cells.moment_words,
            words=(
                *("Finished", "End", "End time", "Finished at", "Ended", "Date", "Fin", "Terminé le", "Terminé"),
                *("Beëindigd", "Einde", "Afgerond", "Afgelopen", "Afgesloten", "Datum"),
            ),
        ),
    ),
    identity=("medium_serial", "device_serial", "tag"),
    unique=(),
    telling=("method", "verification", "errors", "tool", "started_at"),
    needs=Word.SANITISE,
    beforehand=_(
        "The file is kept whole as evidence, names in it included. Each row is judged like every other evidence:"
        " a table is signed by nobody and proves Clear at most, and whoever sanitised does not validate."
    ),
    no_way_back=_(
        "A proof is never erased. If a row is wrong, say at its verification that it did not succeed, or wipe again."
    ),
    most=MOST_ROWS,
    largest=LARGEST,
    results={
        "sanitised": Result(_("Sanitised and verified"), "good", "check"),
        "overwritten_not_verified": Result(_("Overwritten, not verified"), "info", "disk"),
        "failed": Result(_("Failed"), "bad", "cross"),
        "aborted": Result(_("Aborted"), "bad", "cross"),
        "nothing_wiped": Result(_("Nothing was wiped"), "warn", "warning"),
        "needs_person": Result(_("A person has to decide"), "warn", "question"),
        "unreadable": Result(_("Unreadable"), "warn", "question"),
    },
    changing={"state": (_("Storage medium"), {state.value: state.label for state in MediumState})},
)
