"""What the room keeps."""

from jalon.interventions.models.advice import AdviceMeeting, InformationAdvice
from jalon.interventions.models.contracts import Contract
from jalon.interventions.models.diagnosis import Appraisal
from jalon.interventions.models.documents import Document
from jalon.interventions.models.exports import RecordExport
from jalon.interventions.models.following import Draft, Follower
from jalon.interventions.models.journal import JournalEntry, PrivateNote
from jalon.interventions.models.opinions import FamilyOpinion
from jalon.interventions.models.plans import Objective, PlannedAction
from jalon.interventions.models.relays import HandOverNote
from jalon.interventions.models.rights import RightsCheck, RightsClaim
from jalon.interventions.models.supports import Extension, Support, SupportEvent
from jalon.interventions.models.visits import HomeVisit, Review

__all__ = [
    "AdviceMeeting",
    "Appraisal",
    "Contract",
    "Document",
    "Draft",
    "Extension",
    "FamilyOpinion",
    "Follower",
    "HandOverNote",
    "HomeVisit",
    "InformationAdvice",
    "JournalEntry",
    "Objective",
    "PlannedAction",
    "PrivateNote",
    "RecordExport",
    "Review",
    "RightsCheck",
    "RightsClaim",
    "Support",
    "SupportEvent",
]
