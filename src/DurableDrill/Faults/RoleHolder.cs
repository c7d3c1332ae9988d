using System.Globalization;

namespace DurableDrill.Faults;

/// <summary>Who had a role when a fault was about to hit it, and the readings that said so.</summary>
/// <param name="Role">The role, as the target file names it: "leader".</param>
/// <param name="Component">Who had it.</param>
/// <param name="Readings">What each component that may have it read, in the order of the file; null: it could not be read.</param>
public sealed record RoleHolder(string Role, string Component, IReadOnlyDictionary<string, double?> Readings)
{
    /// <summary>
    /// The holder: the component with the highest reading above 0, of several the first. Null: nobody has the role. What could not be read has not
    /// got it as far as can be seen, and stands among the readings.
    /// </summary>
    public static RoleHolder? Of(string role, IReadOnlyDictionary<string, double?> readings) =>
        readings.Where(each => each.Value > 0).OrderByDescending(each => each.Value).Select(each => each.Key).FirstOrDefault() is { } holder
            ? new(role, holder, readings)
            : null;

    /// <summary>The readings in words: "kafka-1 reads 0, kafka-2 1, kafka-3 nothing".</summary>
    public string Evidence() => string.Join(", ", Readings.Select((each, index) =>
        $"{each.Key}{(index == 0 ? " reads" : "")} {each.Value?.ToString(CultureInfo.InvariantCulture) ?? "nothing"}"));
}
