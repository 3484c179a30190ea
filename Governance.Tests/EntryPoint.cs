using Governance.Tests.Support;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Governance.Tests;

/// <summary>Runs the tests, as xunit's own entry point does; or, started by a test, what that test wants of a second process.</summary>
internal static class EntryPoint
{
    public static Task<int> Main(string[] args)
    {
        if (args is [Child.Flag, var command, var argument])
        {
            return Child.DoAsync(command, argument);
        }

        return
            args.Contains("--server", StringComparer.Ordinal)
            || args.Contains("--internal-msbuild-node", StringComparer.Ordinal)
            ? TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : ConsoleRunner.Run(args);
    }
}
