using Governance.Masking;

namespace Governance.Api.Sandbox.Faults;

internal static class FaultPointsRegistration
{
    /// <summary>Names the point at which the sandbox kills itself.</summary>
    public const string Setting = "Governance:Sandbox:KillAt";

    /// <summary>Fault points at which nothing happens, but for a sandbox in Development whose settings name one.</summary>
    public static void AddFaultPoints(this IHostApplicationBuilder builder)
    {
        var point = builder.Configuration[Setting];
        if (builder.Environment.IsDevelopment() && !string.IsNullOrEmpty(point))
        {
            builder.Services.AddSingleton<IFaultPoints>(_ => new KillAtFaultPoint(point));
        }
        else
        {
            builder.Services.AddSingleton<IFaultPoints>(NoFaultPoints.Instance);
        }
    }
}
