using System.ComponentModel.DataAnnotations;

namespace Governance.Api.Features.Access;

/// <summary>Settings of grants.</summary>
internal sealed class AccessOptions
{
    public const string SectionName = "Governance:Access";

    /// <summary>How often what stands in the warehouse is compared with what is granted; default one minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ReconcileInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often is looked for grants that no signal announced, and for changed policies; default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The pause after a first failure of the warehouse; it doubles with each further one, up to five minutes. Default 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a caller waits for the warehouse to carry out what was decided; then it is carried out behind their back. Default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);
}
