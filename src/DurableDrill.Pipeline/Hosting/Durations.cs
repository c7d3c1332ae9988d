using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DurableDrill.Pipeline.Hosting;

/// <summary>Durations on the command line: 500ms, 2s, 5m, 1h; a number alone is seconds.</summary>
internal static partial class Durations
{
    /// <summary>An option with a default and a range.</summary>
    public static Option<TimeSpan> Option(string name, string description, TimeSpan standard, TimeSpan min, TimeSpan max) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = result => Parse(result, name, min, max),
    };

    private static TimeSpan Parse(ArgumentResult result, string name, TimeSpan min, TimeSpan max)
    {
        var match = Pattern().Match(result.Tokens[0].Value);
        if (match.Success && double.TryParse(match.Groups[1].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number < 1e6)
        {
            var value = number * match.Groups[2].Value switch
            {
                "ms" => TimeSpan.FromMilliseconds(1),
                "m" => TimeSpan.FromMinutes(1),
                "h" => TimeSpan.FromHours(1),
                _ => TimeSpan.FromSeconds(1),
            };
            if (value >= min && value <= max)
            {
                return value;
            }
        }

        result.AddError($"{name} {result.Tokens[0].Value}: a duration such as 500ms, 2s, 5m is expected, from {min} to {max}.");
        return default;
    }

    [GeneratedRegex(@"^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)?\z")]
    private static partial Regex Pattern();
}
