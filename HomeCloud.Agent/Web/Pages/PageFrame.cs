namespace HomeCloud.Agent.Web.Pages;

/// <summary>What every page is given.</summary>
/// <param name="FormToken">Against forged requests; the script sends it with every change.</param>
/// <param name="Zone">The zone that names are shown in.</param>
/// <param name="SignedIn">Whether there is a session.</param>
/// <param name="HasPassword">False until the password was set.</param>
/// <param name="Subject">The server a page is about; from the address line, so hostile.</param>
/// <param name="Terminal">Whether shells may be opened.</param>
public sealed record PageFrame(string FormToken, string Zone, bool SignedIn, bool HasPassword, string Subject, bool Terminal);

/// <summary>What a page tells the frame around it.</summary>
/// <param name="Frame">As the page has it.</param>
/// <param name="Title">Of the window.</param>
/// <param name="Script">The page's module among the assets.</param>
/// <param name="Here">Its path in the menu; null when it has none.</param>
public sealed record ShellModel(PageFrame Frame, string Title, string Script, string? Here = null)
{
    internal static readonly (string Path, string Text)[] Links = [("/", "Servers"), ("/names", "Names"), ("/dns", "DNS"), ("/health", "Health"), ("/settings", "Settings")];
}
