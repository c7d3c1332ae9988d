using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using DurableDrill.Api;

namespace DurableDrill.Local.Serve;

/// <summary>
/// Who may call the server. With a token: who sends it, as <c>Bearer TOKEN</c> or, so that a browser can ask for it, as the password of basic
/// authentication. Without one (on a loopback address only): programs of this machine, but no web page that a browser happens to show.
/// </summary>
/// <param name="token">The token; null: none is needed.</param>
internal sealed class AccessRule(string? token)
{
    /// <summary>What a refusal asks for.</summary>
    public const string Challenge = "Bearer, Basic realm=\"drill\", charset=\"UTF-8\"";

    private readonly byte[]? expected = token is null ? null : Digest(token);

    /// <summary>Why the caller is refused; null: it is not.</summary>
    /// <param name="path">The API's path.</param>
    /// <param name="host">The request's own host and port.</param>
    /// <param name="header">The request's headers.</param>
    public Problem? Refuse(IReadOnlyList<string> path, string host, Func<string, string?> header)
    {
        if (DrillApi.IsOpen(path))
        {
            return null;
        }

        // A page of another site can make a browser send requests here; the browser says where they come from.
        if (header("Origin") is { } origin && (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || !string.Equals(from.Authority, host, StringComparison.OrdinalIgnoreCase)))
        {
            return Problem.Of(403, "foreign-origin", "requests of other sites' pages are not answered");
        }

        if (expected is null)
        {
            // Else a name that somebody points at 127.0.0.1 would make their page one of this site.
            return Uri.TryCreate($"http://{host}", UriKind.Absolute, out var self) && self.IsLoopback
                ? null
                : Problem.Of(403, "foreign-host", "this server answers on loopback names only; bind it elsewhere, with a token, to be called from other machines");
        }

        return IsRight(header("Authorization")) ? null : Problem.Unauthorized;
    }

    private bool IsRight(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var value) || value.Parameter is not { } parameter)
        {
            return false;
        }

        var given = value.Scheme.ToUpperInvariant() switch
        {
            "BEARER" => parameter,
            "BASIC" => PasswordOf(parameter),
            _ => null,
        };

        // Digests are of one length, so that the time of the comparison tells nothing, not even the token's length.
        return given is not null && CryptographicOperations.FixedTimeEquals(Digest(given), expected);
    }

    private static string? PasswordOf(string parameter)
    {
        var bytes = new byte[parameter.Length];
        return Convert.TryFromBase64String(parameter, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password] ? password : null
            : null;
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
