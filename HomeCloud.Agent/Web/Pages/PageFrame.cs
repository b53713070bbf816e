using System.Globalization;
using System.Text.Encodings.Web;
using HomeCloud.Net.Localization;
using Microsoft.AspNetCore.Html;

namespace HomeCloud.Agent.Web.Pages;

/// <summary>What every page is given.</summary>
/// <param name="FormToken">Against forged requests; the script sends it with every change.</param>
/// <param name="Zone">The zone that names are shown in.</param>
/// <param name="SignedIn">Whether there is a session.</param>
/// <param name="HasPassword">False until the password was set.</param>
/// <param name="Subject">The server a page is about; from the address line, so hostile.</param>
/// <param name="Terminal">Whether shells may be opened.</param>
/// <param name="Texts">In the reader's language.</param>
/// <param name="Chosen">The language chosen on the settings page; null when the browser decides.</param>
public sealed record PageFrame(string FormToken, string Zone, bool SignedIn, bool HasPassword, string Subject, bool Terminal, Catalogue Texts, string? Chosen)
{
    /// <summary>A text in the reader's language. The English one is a literal: a test looks for it.</summary>
    public string Text(string english, params string[] parts) => string.Format(CultureInfo.InvariantCulture, Texts.Find(english), parts);

    /// <summary>The same for a text that has tags in it.</summary>
    public HtmlString Markup(string english, params string[] parts) => new(Text(english, Array.ConvertAll(parts, HtmlEncoder.Default.Encode)));
}

/// <summary>What a page tells the frame around it.</summary>
/// <param name="Frame">As the page has it.</param>
/// <param name="Title">Of the window.</param>
/// <param name="Script">The page's module among the assets.</param>
/// <param name="Here">Its path in the menu; null when it has none.</param>
public sealed record ShellModel(PageFrame Frame, string Title, string Script, string? Here = null)
{
    internal (string Path, string Text)[] Links =>
    [
        ("/", Frame.Text("Servers")), ("/names", Frame.Text("Names")), ("/dns", "DNS"), ("/health", Frame.Text("Health")), ("/settings", Frame.Text("Settings")),
    ];
}
