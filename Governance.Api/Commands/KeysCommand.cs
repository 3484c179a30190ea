using System.CommandLine;
using Governance.Api.Configuration;
using Governance.Api.Features.Keys;
using Governance.Api.Http;
using Governance.Masking;
using Governance.Masking.Keys;
using Governance.Masking.Keys.CloudKms;

namespace Governance.Api.Commands;

/// <summary><c>keys …</c>: rotation of the keys in a data directory, also beside a running service.</summary>
internal static class KeysCommand
{
    private static readonly Option<string> Data = new("--data")
    {
        Description =
            "The data directory; the service may run on it. Where Governance__Postgres__ConnectionString is set, state and vault are there.",
        DefaultValueFactory = _ => new GovernanceOptions().DataDirectory,
        Recursive = true,
    };

    private static readonly Option<string[]> Settings = CommandSettings.Option();

    private static readonly Option<bool> Force = new("--force")
    {
        Description = "Does what would be refused because it is not safe; it may make data unreadable.",
    };

    private static readonly Option<int> Wait = new("--wait")
    {
        Description = "How many seconds running processes are waited for until they have read the newest keyset.",
        DefaultValueFactory = _ => 15,
    };

    public static Command Create() =>
        new("keys", "Lists, adds, promotes and retires keys, and moves them in and out.")
        {
            Data,
            Settings,
            List(),
            Add(),
            Promote(),
            Retire(),
            Restore(),
            KeysUpkeepCommands.Rewrap(Data),
            KeysUpkeepCommands.Rekey(Data),
            KeysUpkeepCommands.RotateReceiptKey(Data),
            KeysTransferCommands.Export(Data),
            KeysTransferCommands.Import(Data),
        };

    /// <summary>Opens the keys, and turns what can go wrong into words and a status.</summary>
    internal static void SetKeysAction(
        this Command command,
        Option<string> data,
        Func<KeysSession, ParseResult, CancellationToken, Task<int>> run
    ) =>
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var error = parsed.InvocationConfiguration.Error;
                try
                {
                    await using var session = await KeysSession.OpenAsync(
                        parsed.GetRequiredValue(data),
                        CommandSettings.Read(parsed.GetValue(Settings)),
                        cancellationToken
                    );
                    if (!session.HasLedger)
                    {
                        await error.WriteLineAsync("There is no state.db here: nothing is written to a ledger.");
                    }

                    return await run(session, parsed, cancellationToken);
                }
                catch (StartupException exception)
                {
                    await error.WriteLineAsync(exception.Message);
                    return CommandLine.Finding;
                }
            }
        );

    /// <summary>Prints what became of an act.</summary>
    internal static async Task<int> PrintAsync<T>(ParseResult parsed, Result<T> result, Func<T, string> words)
    {
        if (result.Failure is { } failure)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"{failure.Detail} {failure.Next}");
            return failure.Kind == FailureKind.NotFound ? CommandLine.Misuse : CommandLine.Finding;
        }

        await parsed.InvocationConfiguration.Output.WriteLineAsync(words(result.Value));
        return CommandLine.Success;
    }

    private static Command List()
    {
        var command = new Command("list", "Prints every key, its state, and what still needs it.");
        command.SetKeysAction(
            Data,
            async (session, parsed, cancellationToken) =>
            {
                var output = parsed.InvocationConfiguration.Output;
                await KeysTable.WriteAsync(await session.Rotation.ListAsync(cancellationToken), output);
                if (session.Kek is CloudKmsKey)
                {
                    foreach (var (file, version) in session.Rotation.ReadWrappings())
                    {
                        await output.WriteLineAsync(
                            $"{file} is wrapped by {version ?? $"{session.Kek.Uri}, by a version that nobody noted"}"
                        );
                    }
                }

                return CommandLine.Success;
            }
        );
        return command;
    }

    private static Command Add()
    {
        var command = new Command("add", "Adds a random key, which reads and does not write yet.");
        command.SetKeysAction(
            Data,
            async (session, parsed, cancellationToken) =>
                await PrintAsync(
                    parsed,
                    await session.Acts.AddAsync(KeysSession.Actor, cancellationToken),
                    key => $"added {key.Id}: it reads and does not write yet. Next: keys promote {key.Id}"
                )
        );
        return command;
    }

    private static Command Promote()
    {
        var id = KeyId("The key that is to write.");
        var command = new Command("promote", "Lets a key write, once every running process has read it.")
        {
            id,
            Force,
            Wait,
        };
        command.SetKeysAction(
            Data,
            async (session, parsed, cancellationToken) =>
                await PrintAsync(
                    parsed,
                    await WaitingAsync(
                        parsed,
                        token =>
                            session.Acts.PromoteAsync(
                                KeysSession.Actor,
                                parsed.GetValue(id),
                                parsed.GetValue(Force),
                                token
                            ),
                        cancellationToken
                    ),
                    key =>
                        $"promoted {key.Id}: it writes; the key before still reads. To do without that one: keys rewrap, then keys retire <id>"
                )
        );
        return command;
    }

    private static Command Retire()
    {
        var id = KeyId("The key.");
        var destroy = new Option<bool>("--destroy")
        {
            Description = "Removes a key for good that has been retired for seven days.",
        };
        var command = new Command("retire", "Puts a key out of use, once nothing needs it; it can be restored.")
        {
            id,
            destroy,
            Force,
            Wait,
        };
        command.SetKeysAction(
            Data,
            async (session, parsed, cancellationToken) =>
            {
                var (key, force) = (parsed.GetValue(id), parsed.GetValue(Force));
                return parsed.GetValue(destroy)
                    ? await PrintAsync(
                        parsed,
                        await session.Acts.DestroyAsync(KeysSession.Actor, key, force, cancellationToken),
                        _ =>
                            $"destroyed {key}: what it encrypted cannot be read any more, unless a backup holds the keyset"
                    )
                    : await PrintAsync(
                        parsed,
                        await WaitingAsync(
                            parsed,
                            token => session.Acts.RetireAsync(KeysSession.Actor, key, force, token),
                            cancellationToken
                        ),
                        _ =>
                            $"retired {key}: it neither reads nor writes, and tokens that it made cannot be turned back. To take that back: keys restore {key}"
                    );
            }
        );
        return command;
    }

    private static Command Restore()
    {
        var id = KeyId("The key.");
        var command = new Command("restore", "Lets a retired key read again.") { id };
        command.SetKeysAction(
            Data,
            async (session, parsed, cancellationToken) =>
                await PrintAsync(
                    parsed,
                    await session.Acts.RestoreAsync(KeysSession.Actor, parsed.GetValue(id), cancellationToken),
                    key => $"restored {key.Id}: it is {KeyAnswer.Name(key.State)}"
                )
        );
        return command;
    }

    private static Argument<uint> KeyId(string description) =>
        new("id") { Description = description + " 'keys list' names them." };

    // A running process looks at the keyset every few seconds.
    private static async Task<Result<KeyInfo>> WaitingAsync(
        ParseResult parsed,
        Func<CancellationToken, Task<Result<KeyInfo>>> act,
        CancellationToken cancellationToken
    )
    {
        var started = TimeProvider.System.GetTimestamp();
        var patience = TimeSpan.FromSeconds(parsed.GetValue(Wait));
        while (true)
        {
            var result = await act(cancellationToken);
            if (
                result.Failure?.Code != KeyActs.NotReadEverywhere
                || TimeProvider.System.GetElapsedTime(started) >= patience
            )
            {
                return result;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken);
        }
    }
}
