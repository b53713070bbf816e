using HomeCloud.Dns.Serving;

namespace HomeCloud.Dns.Resolving;

/// <summary>A client that waits for an answer from outside.</summary>
/// <param name="Path">The way back to it.</param>
/// <param name="Terms">What its query laid down.</param>
/// <param name="Question">Its question as asked, letter case included.</param>
internal sealed record ForwardingWaiter(IReplyPath Path, ReplyTerms Terms, byte[] Question);
