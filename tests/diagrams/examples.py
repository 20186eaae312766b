"""Architectures that the tests draw."""

from simulator.diagrams import DiagramEdge, DiagramModel, DiagramNode

STYLES = {
    "client": "person",
    "api_gateway": "switchboard",
    "lambda_function": "lamps",
    "table": "rows",
    "sqs": "tickets",
    "sns": "switchboard",
}


def node(node_id: str, kind: str, title: str | None = None) -> DiagramNode:
    shown = node_id if title is None else title
    return DiagramNode(node_id, kind, shown, f"What {node_id} does.", STYLES[kind])


def edges(*pairs: tuple[str, str, str]) -> tuple[DiagramEdge, ...]:
    made: list[DiagramEdge] = []
    for source, target, label in pairs:
        count = sum(edge.source == source and edge.target == target for edge in made)
        edge_id = f"{source}--{target}" + (f"--{count + 1}" if count else "")
        made.append(DiagramEdge(edge_id, source, target, label, f"From {source} to {target}."))
    return tuple(made)


payment = DiagramModel(
    "A payment through a queue",
    "The customer function answers at once; the sales function works from a queue.",
    (
        node("web", "client", "Web client"),
        node("api", "api_gateway", "Payments API"),
        node("customer", "lambda_function", "Customer"),
        node("customer-store", "table", "Customer store"),
        node("sales-queue", "sqs", "Sales queue"),
        node("sales", "lambda_function", "Sales"),
        node("sales-store", "table", "Sales store"),
        node("sales-dlq", "sqs", "Sales dead letters"),
    ),
    edges(
        ("web", "api", "POST /payments"),
        ("api", "customer", "invoke"),
        ("customer", "customer-store", "write"),
        ("customer", "sales-queue", "send"),
        ("sales-queue", "sales", "batches of 10"),
        ("sales", "sales-store", "write"),
        ("sales-queue", "sales-dlq", "after 3 tries"),
    ),
)

fanout = DiagramModel(
    "One sale, three readers",
    "A topic fans out.",
    (
        node("web", "client", "Web client"),
        node("api", "api_gateway", "Payments API"),
        node("publish", "lambda_function", "Publish"),
        node("topic", "sns", "Sales topic"),
        *(node(f"{name}-queue", "sqs", f"{name.title()} queue") for name in ("billing", "audit", "mail")),
        *(node(name, "lambda_function", name.title()) for name in ("billing", "audit", "mail")),
        *(node(f"{name}-store", "table", f"{name.title()} store") for name in ("billing", "audit")),
        node("billing-dlq", "sqs", "Billing dead letters"),
        node("mail-dlq", "sqs", "Mail dead letters"),
    ),
    edges(
        ("web", "api", "POST /sales"),
        ("api", "publish", "invoke"),
        ("publish", "topic", "publish"),
        *(("topic", f"{name}-queue", f"{name} only") for name in ("billing", "audit", "mail")),
        *((f"{name}-queue", name, "batches") for name in ("billing", "audit", "mail")),
        ("billing", "billing-store", "write"),
        ("audit", "audit-store", "write"),
        ("billing-queue", "billing-dlq", "after 3 tries"),
        ("mail-queue", "mail-dlq", "after 3 tries"),
    ),
)

tangle = DiagramModel(
    "Many ways",
    "Tracks that pass ranks, and a reader that writes to another's queue.",
    fanout.nodes,
    fanout.edges + edges(("mail", "audit-queue", "sent"), ("publish", "audit-store", "first note")),
)

circle = DiagramModel(
    "Ask and answer",
    "Two services that answer each other over queues.",
    (
        node("shop", "lambda_function", "Shop"),
        node("orders", "sqs", "Orders"),
        node("stock", "lambda_function", "Stock"),
        node("answers", "sqs", "Answers"),
        node("ledger", "table", "Ledger"),
    ),
    edges(
        ("shop", "orders", "order"),
        ("orders", "stock", "batches"),
        ("stock", "answers", "answer"),
        ("answers", "shop", "batches"),
        ("stock", "ledger", "read"),
        ("stock", "ledger", "write"),
        ("stock", "stock", "again"),
        ("stock", "orders", "put back"),
    ),
)
