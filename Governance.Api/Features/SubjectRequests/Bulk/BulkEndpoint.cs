using System.Globalization;
using CsvHelper;
using Governance.Api.Http;
using Governance.Api.Identity;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.SubjectRequests.Bulk;

internal static class BulkEndpoint
{
    private const string Csv = "text/csv";
    private const string KeyHeader = "Idempotency-Key";

    /// <summary>
    /// Takes a file of requests, and answers with a report, both CSV. Sent again with the same key, or without one and unchanged, it adds
    /// nothing twice.
    /// </summary>
    public static void MapBulk(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost($"{SubjectRequestAddresses.Root}/bulk", HandleAsync)
            .RequireRoles(Roles.Dpo, Roles.Pipeline)
            .WithTags("Subject requests")
            .WithSummary("Submits many requests as CSV; the answer is a report with a line for each line")
            .Accepts<string>(Csv)
            .Produces<string>(StatusCodes.Status200OK, Csv);

    private static async Task<IResult> HandleAsync(
        HttpContext context,
        Actor actor,
        BulkSubmission submissions,
        IOptions<BulkOptions> options,
        CancellationToken cancellationToken
    )
    {
        if (!IsCsv(context.Request))
        {
            return Problem.From(
                Failure.Invalid("not_csv", "The body is not text/csv.", "Send the file with Content-Type: text/csv.")
            );
        }

        var key = context.Request.Headers[KeyHeader].ToString();
        if (key.Length > 200)
        {
            return Problem.From(
                Failure.Invalid("bad_key", $"{KeyHeader} has more than 200 characters.", "Send a shorter one, or none.")
            );
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.Value.MaxBytes;
        }

        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content, cancellationToken);
        var bytes = content.ToArray();
        using var file = new BulkFile(bytes);
        if (file.ReadHeader() is { } failure)
        {
            return Problem.From(failure);
        }

        var submission = submissions.KeyOf(actor.Id, key.Length == 0 ? null : key, bytes);
        context.Response.ContentType = $"{Csv}; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new StreamWriter(context.Response.Body, leaveOpen: true) { NewLine = "\n" };
        await using var report = new CsvWriter(writer, CultureInfo.InvariantCulture, leaveOpen: true);
        await WriteAsync(report, "line", "request", "state", "code", "where", "message");
        await foreach (var line in submissions.RunAsync(file, submission, actor.Id, cancellationToken))
        {
            await WriteAsync(
                report,
                line.Line.ToString(CultureInfo.InvariantCulture),
                line.Request?.ToString(),
                line.State,
                line.Code,
                line.Where,
                line.Message
            );
        }

        await report.FlushAsync();
        await writer.FlushAsync(cancellationToken);
        return Results.Empty;
    }

    private static bool IsCsv(HttpRequest request) =>
        Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase);

    private static Task WriteAsync(CsvWriter report, params ReadOnlySpan<string?> fields)
    {
        foreach (var field in fields)
        {
            report.WriteField(field);
        }

        return report.NextRecordAsync();
    }
}
