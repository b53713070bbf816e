using HomeCloud.Agent.Doctor.Checks;
using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Health;

/// <summary>The doctor, as the page asks for it; implemented where all options are known.</summary>
public interface IHealthExaminer
{
    /// <summary>How many checks there are.</summary>
    int Checks { get; }

    /// <summary>What a person should know of where the doctor stands; null when it sees all there is.</summary>
    Phrase? Note { get; }

    /// <param name="tell">Each result as it comes.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    Task RunAsync(Action<CheckResult> tell, CancellationToken cancellationToken);
}
