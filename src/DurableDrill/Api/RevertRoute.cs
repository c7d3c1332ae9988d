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

    private static Task<IReadOnlyList<string>> IdsAsync(ApiCall call, CancellationToken cancellation) => call.ReadOptionalAsync<IReadOnlyList<string>>(
        "revert",
        [],
        fields =>
        {
            var ids = fields.Texts("ids");
            if (ids.FirstOrDefault(id => !DrillRoutes.IsId(id.Replace('.', '-'))) is { } bad)
            {
                fields.Findings.Error(fields.Find("ids")!, $"found \"{bad}\"; ids of tickets or drills are expected");
            }

            return ids;
        },
        cancellation);
}
