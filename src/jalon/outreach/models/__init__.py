"""What is offered to families, what is sent to them, what they answer."""

from jalon.outreach.models.answers import Answer
from jalon.outreach.models.approaches import AnswerCode, Approach, CodeClosing, WrongReply
from jalon.outreach.models.messages import Batch, BatchPart, Message, MessageContent
from jalon.outreach.models.proposals import AppliedRule, Decision, Proposal
from jalon.outreach.models.turns import Turn

__all__ = [
    "Answer",
    "AnswerCode",
    "AppliedRule",
    "Approach",
    "Batch",
    "BatchPart",
    "CodeClosing",
    "Decision",
    "Message",
    "MessageContent",
    "Proposal",
    "Turn",
    "WrongReply",
]
