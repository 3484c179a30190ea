using System.CommandLine;
using System.Text.Json;
using Governance.Api.Configuration;
using Governance.Api.Features.Health.Ready;

namespace Governance.Api.Commands;

/// <summary>
/// <c>health</c>: asks a running service whether it is ready. An image without a shell and without <c>curl</c> has nothing else to
/// ask with.
/// </summary>
internal static class HealthCommand
{
    // More than a part may take (Governance:HealthTimeout), and less than container engines wait.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var url = new Option<string>("--url")
        {
            Description = "The service's address.",
            DefaultValueFactory = _ => new GovernanceOptions().Urls,
        };
        var command = new Command("health", "Asks a running service whether it is ready; status 0 where it is.")
        {
            url,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                if (
                    !Uri.TryCreate(parsed.GetRequiredValue(url), UriKind.Absolute, out var address)
                    || address.Scheme is not ("http" or "https")
                )
                {
                    throw new MisuseException("--url is the service's address: http://127.0.0.1:5080/.");
                }

                var output = parsed.InvocationConfiguration.Output;
                if (await AskAsync(new Uri(address, "health/ready"), cancellationToken) is not { } answer)
                {
                    await output.WriteLineAsync($"no answer from {address.GetLeftPart(UriPartial.Authority)}");
                    return CommandLine.Finding;
                }

                await output.WriteLineAsync(answer.Status);
                foreach (var part in answer.Parts)
                {
                    await output.WriteLineAsync($"  {part.Name, -10} {part.State}  {part.Detail}".TrimEnd());
                }

                return answer.Status is "ready" ? CommandLine.Success : CommandLine.Finding;
            }
        );
        return command;
    }

    private static async Task<ReadyAnswer?> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(address, cancellationToken);
            // Web defaults, and not those of requests: a detail may be absent, and a newer service may say more.
            return await answer.Content.ReadFromJsonAsync<ReadyAnswer>(JsonSerializerOptions.Web, cancellationToken);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or JsonException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return null;
        }
    }
}
