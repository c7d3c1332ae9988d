namespace DurableDrill.Targets;

/// <summary>A target, or what guards it, did not do what it was asked. The message names the request and what the other side said; no secrets.</summary>
public class TargetException(string message, Exception? inner = null) : Exception(message, inner);
