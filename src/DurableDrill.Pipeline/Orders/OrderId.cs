using System.Globalization;
using System.Text.RegularExpressions;

namespace DurableDrill.Pipeline.Orders;

/// <summary>PRODUCER-SEQUENCE, the sequence with at least 12 digits: ids of one producer sort as they were made, and dense runs are intervals.</summary>
internal static partial class OrderId
{
    /// <summary>The id of an order.</summary>
    public static string Format(string producer, long sequence) => string.Create(CultureInfo.InvariantCulture, $"{producer}-{sequence:D12}");

    /// <summary>Whether a producer may be called that: 1 to 64 of A-Z a-z 0-9 . _ -</summary>
    public static bool IsProducerName(string name) => ProducerName().IsMatch(name);

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex ProducerName();
}
