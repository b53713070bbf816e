using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Health;

/// <summary>How a notification begins.</summary>
internal static class Notice
{
    public static Phrase Title(bool begins) => begins ? "HomeCloud: a problem" : "HomeCloud: a problem has ended";
}
