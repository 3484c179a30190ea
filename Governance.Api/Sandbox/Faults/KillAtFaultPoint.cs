using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Governance.Masking;

namespace Governance.Api.Sandbox.Faults;

/// <summary>
/// Kills this very process (SIGKILL) where a named point is reached: the proof that nothing is lost or done twice is run
/// against the real program. Never registered outside Development.
/// </summary>
internal sealed partial class KillAtFaultPoint : IFaultPoints
{
    private readonly string _point;
    private readonly Action _kill;
    private int _left;

    /// <summary>Makes one.</summary>
    /// <param name="setting">A point's name, and which time it is reached: <c>sink.appended</c>, <c>sink.appended:3</c>.</param>
    /// <param name="kill">Replaces the end of the process; for tests.</param>
    /// <exception cref="StartupException">The setting is malformed.</exception>
    public KillAtFaultPoint(string setting, Action? kill = null)
    {
        if (SettingPattern.Match(setting) is not { Success: true } match)
        {
            throw new StartupException(
                $"{FaultPointsRegistration.Setting} is a point and, after a colon, which time it is reached: sink.appended:3."
            );
        }

        _point = match.Groups["point"].Value;
        _left = match.Groups["nth"] is { Success: true } nth ? int.Parse(nth.Value, CultureInfo.InvariantCulture) : 1;
        _kill = kill ?? KillThisProcess;
    }

    /// <inheritdoc/>
    public void Reached(string name)
    {
        if (string.Equals(name, _point, StringComparison.Ordinal) && Interlocked.Decrement(ref _left) == 0)
        {
            _kill();
        }
    }

    private static void KillThisProcess()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();

        // The signal may come a moment later, and nothing may happen behind the point.
        Thread.CurrentThread.Join();
    }

    [GeneratedRegex("^(?<point>[a-z0-9_.]+)(:(?<nth>[1-9][0-9]{0,5}))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SettingPattern { get; }
}
