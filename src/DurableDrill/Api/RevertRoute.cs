using DurableDrill.Documents;

namespace DurableDrill.Api;

/// <summary>Reverts by hand what the server's drills have injured: every open ticket, or those named.</summary>
internal sealed class RevertRoute(IDrillHost host)
{
    public async Task<ApiResponse> RevertAsync(ApiCall call, CancellationToken cancellation)
    {
        var ids = call.Request.Header("Content-Type") is null ? [] : await IdsAsync(call, cancellation);
        try
        {
            return Answers.Ok(await host.RevertAsync(ids, cancellation));
        }
        catch (KeyNotFoundException error)
        {
            return Problem.NotFound(error.Message).ToResponse();
        }
    }

    private static async Task<IReadOnlyList<string>> IdsAsync(ApiCall call, CancellationToken cancellation)
    {
        var (text, ending) = await call.ReadBodyAsync(cancellation);
        if (text.Length == 0)
        {
            return [];
        }

        var findings = new FindingList();
        IReadOnlyList<string> ids = [];
        if (DocumentText.Read(text, "request" + ending, findings) is { } map)
        {
            var fields = new Fields(map, "revert", findings);
            ids = fields.Texts("ids");
            if (ids.FirstOrDefault(id => !DrillRoutes.IsId(id.Replace('.', '-'))) is { } bad)
            {
                findings.Error(fields.Find("ids")!, $"found \"{bad}\"; ids of tickets or drills are expected");
            }

            fields.Done();
        }

        return findings.HasErrors ? throw new ProblemException(Problem.Invalid(findings.Close<object>(null).Errors)) : ids;
    }
}
