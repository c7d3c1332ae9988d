namespace DurableDrill.Pipeline.Orders;

/// <summary>How an order is processed: by what it is worth.</summary>
internal static class Categories
{
    /// <summary>high: more than 1000; medium: 100 to 1000, both included; low: less than 100.</summary>
    public static string Of(decimal value) => value switch
    {
        > 1000 => "high",
        >= 100 => "medium",
        _ => "low",
    };
}
