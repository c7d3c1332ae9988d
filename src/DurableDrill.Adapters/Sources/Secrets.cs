using System.Text;

namespace DurableDrill.Adapters.Sources;

/// <summary>
/// Resolves references to secrets, <c>env:NAME</c> and <c>file:PATH</c>, at the moment of use, and knows what it has resolved, so that none of it
/// gets into a message. One for a host; safe for several threads.
/// </summary>
public sealed class Secrets
{
    private readonly Lock gate = new();
    private readonly HashSet<string> resolved = new(StringComparer.Ordinal);

    /// <summary>Whether a text has the form of a reference.</summary>
    public static bool IsReference(string text) =>
        (text.StartsWith("env:", StringComparison.Ordinal) && text.Length > 4)
        || (text.StartsWith("file:", StringComparison.Ordinal) && text.Length > 5);

    /// <summary>
    /// The secret: of <c>env:NAME</c> the environment variable, of <c>file:PATH</c> the file's text without the line end after it. Read anew each time,
    /// for secrets rotate.
    /// </summary>
    /// <exception cref="SecretException">It is no reference, or there is nothing behind it. The message names the reference only where it is one.</exception>
    public string Resolve(string reference)
    {
        var secret = IsReference(reference)
            ? reference.StartsWith("env:", StringComparison.Ordinal) ? FromEnvironment(reference[4..]) : FromFile(reference[5..])
            : throw new SecretException("a secret is given where a reference to one is needed; allowed: env:NAME, file:PATH");
        if (secret.Length == 0)
        {
            throw new SecretException($"the secret {reference} is empty");
        }

        lock (gate)
        {
            // Also as they look in a URL and in a header of basic authentication.
            resolved.UnionWith([secret, Uri.EscapeDataString(secret), Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))]);
        }

        return secret;
    }

    /// <summary>The text with <c>***</c> in place of every secret that was ever resolved.</summary>
    public string Redact(string text)
    {
        lock (gate)
        {
            // The longest first: one secret may be a part of another.
            return resolved.OrderByDescending(secret => secret.Length)
                .Aggregate(text, (redacted, secret) => redacted.Replace(secret, "***", StringComparison.Ordinal));
        }
    }

    /// <summary>Remembers a secret that was made from others, such as the text of a header.</summary>
    public string Remember(string secret)
    {
        lock (gate)
        {
            resolved.Add(secret);
        }

        return secret;
    }

    private static string FromEnvironment(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new SecretException($"the environment variable {name} is not set");

    private static string FromFile(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SecretException($"the secret file:{path} cannot be read: {error.Message}");
        }
    }
}

/// <summary>A secret cannot be had. The message names the reference and never the secret.</summary>
public sealed class SecretException(string message) : Exception(message);
