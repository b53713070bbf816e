using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Health;

/// <summary>What notifications of the doctor and of alarms have in common.</summary>
internal static class Notice
{
    public static Phrase WorksAgain { get; } = "works again.";

    public static Phrase Title(bool begins) => begins ? "HomeCloud: a problem" : "HomeCloud: a problem has ended";
}
