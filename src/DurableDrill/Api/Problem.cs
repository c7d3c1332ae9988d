using System.Text.Json;
using DurableDrill.Targets;

namespace DurableDrill.Api;

/// <summary>An error as RFC 9457 has it.</summary>
/// <param name="Type">What kind of error: <c>urn:durabledrill:target-held</c>.</param>
/// <param name="Title">The same in words, the same for each error of the kind.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What happened here.</param>
public sealed record Problem(string Type, string Title, int Status, string Detail)
{
    /// <summary>Everything that is wrong with the request, each with the path of the field; null: the detail says it all.</summary>
    public IReadOnlyList<ProblemError>? Errors { get; init; }

    /// <summary>Who holds the target, when that is the problem.</summary>
    public Hold? Holder { get; init; }

    /// <summary>The response.</summary>
    public ApiResponse ToResponse() => new(Status, "application/problem+json", JsonSerializer.SerializeToUtf8Bytes(this, DrillJson.Indented));

    /// <summary>A problem of a kind: "not-found", "target-held".</summary>
    public static Problem Of(int status, string kind, string detail) =>
        new($"urn:durabledrill:{kind}", char.ToUpperInvariant(kind[0]) + kind[1..].Replace('-', ' '), status, detail);

    /// <summary>There is no such thing.</summary>
    public static Problem NotFound(string detail) => Of(404, "not-found", detail);

    /// <summary>No or wrong credentials; which of the two is not said.</summary>
    public static Problem Unauthorized { get; } = Of(401, "unauthorized", "the header Authorization must hold \"Bearer TOKEN\" with this server's token");

    /// <summary>The body can be read and is not right: every error in it.</summary>
    public static Problem Invalid(IEnumerable<Finding> errors) => Of(422, "invalid-request", "the request has errors; each is told with its path") with
    {
        Errors = [.. errors.Select(error => new ProblemError(error.Path, error.Message, error.At is { } at ? $"{at.Line}:{at.Column}" : null))],
    };

    /// <summary>One wrong thing.</summary>
    public static Problem Invalid(string path, string message) => Invalid([new Finding(Severity.Error, path, message)]);
}

/// <summary>One error of a request.</summary>
/// <param name="Path">The field: <c>plan.faults[0].for</c>; empty: the whole.</param>
/// <param name="Message">What was found and what is allowed.</param>
/// <param name="At">Line and column in the body; null: it is not about a place.</param>
public sealed record ProblemError(string Path, string Message, string? At);

/// <summary>Ends a request with a problem.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;
}
