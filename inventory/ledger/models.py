"""The ledger's tables: entries that are only ever added, their leaves in the tree, and erasable private payloads."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One deed done to one thing. `body` is the canonical JSON that is hashed; the columns repeat it for queries."""

    event = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=20)
    subject_key = models.CharField(max_length=40)
    subject_seq = models.PositiveIntegerField()
    from_status = models.CharField(max_length=30, default="", blank=True)
    to_status = models.CharField(max_length=30, default="", blank=True)
    actor_key = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    evidence_sha256 = models.CharField(max_length=64, default="", blank=True)
    body = models.TextField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_key", "subject_seq"], name="one_entry_per_subject_and_seq"
            ),
        ]
        indexes = [
            models.Index(fields=["recorded_at"], name="entry_recorded_at"),
            models.Index(fields=["event"], name="entry_event"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_kind} {self.subject_key} #{self.subject_seq}"


class Leaf(models.Model):
    """An entry's place in the RFC 6962 tree; indexes are gapless because only the sealer gives them."""

    leaf_index = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="leaf")
    leaf_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["leaf_index"]

    def __str__(self) -> str:
        return f"leaf {self.leaf_index}"


class Unsealed(models.Model):
    """A committed transaction whose entries have no leaf yet: one row for each, gone when they are sealed.

    It makes sealing cost what was written and not what stands: nobody looks through the ledger for what lacks a leaf.
    """

    # No entry of this transaction has a smaller id.
    since = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"entries from {self.since} on"


class Subtree(models.Model):
    """The hash of a perfect subtree of 16, 256, 4096, … leaves: a proof is made of some dozens of them, not of all.

    Only a convenience: `verify_ledger` computes each again from the leaves.
    """

    # level * 2**48 + position: 2**level leaves, of which the first has the index position * 2**level.
    place = models.BigIntegerField(primary_key=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["place"]

    def __str__(self) -> str:
        return f"{1 << (self.place >> 48)} leaves, number {self.place & (1 << 48) - 1}"


class PrivatePayload(models.Model):
    """What an entry may not say openly (names, free text). The entry holds a salted commitment to it.

    Erasing the row forgets the person without breaking the tree (GDPR art. 17; EDPB Guidelines 02/2025).
    """

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="private")
    salt = models.CharField(max_length=64)
    payload = models.TextField()

    def __str__(self) -> str:
        return f"private payload of entry {self.entry_id}"


class Checkpoint(models.Model):
    """A signed statement of size and root: made once, never changed. `note` is the text that was signed."""

    origin = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    note = models.TextField()
    # The public key in one line, as verifiers take it.
    key = models.CharField(max_length=300)
    # Why it was made: nightly, asked, agreement, rotation, restored.
    occasion = models.CharField(max_length=20)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["size", "key"], name="one_checkpoint_per_size_and_key")]

    def __str__(self) -> str:
        return f"checkpoint of {self.size} entries"


class CheckpointMail(models.Model):
    """That a checkpoint was mailed, and to how many; what was not mailed waits to be printed."""

    checkpoint = models.OneToOneField(Checkpoint, on_delete=models.PROTECT, related_name="mail")
    sent_at = models.DateTimeField()
    addresses = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"mail of {self.checkpoint}"


class Witness(models.Model):
    """Somebody outside who keeps our checkpoints and signs them; here only the name of the key and the key itself."""

    name = models.CharField(max_length=100)
    key_id = models.CharField(max_length=8, unique=True)
    key = models.CharField(max_length=300)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # From here on nothing is kept that this key signs; what it signed before stays valid.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_why="")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_why="")),
                name="a_witness_is_withdrawn_with_a_reason",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Cosignature(models.Model):
    """A witness's signature under a checkpoint (C2SP cosignature/v1), verified when it came."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="cosignatures")
    line = models.CharField(max_length=300)
    signed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="a_witness_signs_a_checkpoint_once")
        ]

    def __str__(self) -> str:
        return f"{self.witness} under {self.checkpoint}"
