namespace HomeCloud.Agent.Web.Security;

/// <summary>A request lasts no longer than what let it in: event streams and logs end with the session, or when the token is revoked.</summary>
internal sealed class CallerEndMiddleware(RequestDelegate next, SessionBook sessions, TokenBook tokens)
{
    /// <returns>Cancelled when the session or the token that let the request in has ended; not when its connection has.</returns>
    public static CancellationToken EndOf(HttpContext context) => context.Items[typeof(CallerEndMiddleware)] is CancellationToken end ? end : CancellationToken.None;

    public async Task InvokeAsync(HttpContext context)
    {
        var session = SessionEvents.IdOf(context.User);
        var ended = session is not null ? sessions.Use(session) : tokens.EndOf(context.User);
        if (ended is not { } end)
        {
            await next(context);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, end);
        context.RequestAborted = either.Token;
        context.Items[typeof(CallerEndMiddleware)] = end;
        if (session is not null)
            sessions.Hold(session, 1);

        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The stream ends in order: a page comes back, is not let in, and leads to the sign-in.
        }
        finally
        {
            if (session is not null)
                sessions.Hold(session, -1);
        }
    }
}
