using System.CommandLine;
using System.Globalization;

namespace DurableDrill.Pipeline.Hosting;

/// <summary>Checks of options; every failing one is told, with what was found and what is allowed.</summary>
internal static class Check
{
    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static void Range<T>(Option<T> option, T min, T max)
        where T : IComparable<T>, IFormattable =>
        Holds(option, value => value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0, string.Create(CultureInfo.InvariantCulture, $"{min} to {max} is allowed"));

    /// <summary>Any condition.</summary>
    public static void Holds<T>(Option<T> option, Func<T, bool> condition, string allowed) => option.Validators.Add(result =>
    {
        if (result.Errors.Any() || result.Tokens.Count == 0)
        {
            return;
        }

        if (result.GetValueOrDefault<T>() is { } value && !condition(value))
        {
            result.AddError($"{option.Name} {result.Tokens[^1].Value}: {allowed}.");
        }
    });
}
