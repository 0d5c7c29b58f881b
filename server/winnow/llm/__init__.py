"""Ask a model, and make its answer a candidate. A provider is one file that keeps the ``Provider`` protocol."""

from winnow.llm.provider import Answer, Attempt, Brief, EndpointError, Health, Patch, Provider

__all__ = ["Answer", "Attempt", "Brief", "EndpointError", "Health", "Patch", "Provider"]
