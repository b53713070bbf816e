using HomeCloud.Agent.Web.Security;

namespace HomeCloud.Agent.Web.Api;

/// <summary>A signed-in browser.</summary>
/// <param name="Id">To end it; opens nothing.</param>
/// <param name="From">Address it signed in from.</param>
/// <param name="Browser">What it calls itself: show it as text.</param>
/// <param name="Created">When it signed in.</param>
/// <param name="LastSeen">Last request, to the hour.</param>
/// <param name="Ends">When it ends, used or not.</param>
/// <param name="Current">Whether it is the caller's own.</param>
public sealed record SessionView(string Id, string From, string Browser, DateTimeOffset Created, DateTimeOffset LastSeen, DateTimeOffset Ends, bool Current)
{
    private const int IdLength = 16;

    public static SessionView Of(Session session, string? own) => new(ShortId(session), session.From, session.Browser, session.Created, session.LastSeen, session.Created + SessionBook.Longest, session.Id == own);

    public static string ShortId(Session session) => session.Id[..IdLength];
}
