namespace HomeCloud.Agent.Web.Pages;

/// <summary>What every page is given.</summary>
/// <param name="FormToken">Against forged requests; the script sends it with every change.</param>
/// <param name="Zone">The zone that names are shown in.</param>
/// <param name="SignedIn">Whether there is a session.</param>
/// <param name="HasPassword">False until the password was set.</param>
/// <param name="Subject">The server a page is about; from the address line, so hostile.</param>
public sealed record PageFrame(string FormToken, string Zone, bool SignedIn, bool HasPassword, string Subject);
