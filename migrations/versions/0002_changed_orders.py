"""Changed items and payments, exchanges, variants that are not counted"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("variant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stock", sa.String(), nullable=False, server_default="counted"))
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("items_changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("payment_changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("dated", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("shipment", schema=None) as batch_op:
        batch_op.alter_column("promised_on", existing_type=sa.Date(), nullable=True)
        batch_op.alter_column("shipped_at", existing_type=sa.DateTime(timezone=True), nullable=True)
    for table in ("payment", "refund"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("return", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="return"))
        batch_op.add_column(sa.Column("difference", sa.Integer(), nullable=False, server_default="0"))
        batch_op.alter_column("due_on", existing_type=sa.Date(), nullable=True)
    op.create_table(
        "exchange_line",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("return_line_id", sa.String(), nullable=False),
        sa.Column("variant_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.Integer(), nullable=False),
        sa.Column("discount", sa.Integer(), nullable=False),
        sa.Column("tax", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_exchange_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["return_line_id"], ["return_line.id"], name=op.f("fk_exchange_line_return_line_id")
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_exchange_line_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_line")),
    )
    for column in ("return_line_id", "variant_id"):
        op.create_index(op.f(f"ix_exchange_line_{column}"), "exchange_line", [column])
    op.create_table(
        "exchange_allotment",
        sa.Column("exchange_line_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_exchange_allotment_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["exchange_line_id"], ["exchange_line.id"], name=op.f("fk_exchange_allotment_exchange_line_id")
        ),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_exchange_allotment_location_id")),
        sa.PrimaryKeyConstraint("exchange_line_id", "location_id", name=op.f("pk_exchange_allotment")),
    )


def downgrade() -> None:
    op.drop_table("exchange_allotment")
    op.drop_table("exchange_line")
    op.execute(sa.text('UPDATE "return" SET due_on = DATE(requested_at) WHERE due_on IS NULL'))
    with op.batch_alter_table("return", schema=None) as batch_op:
        batch_op.alter_column("due_on", existing_type=sa.Date(), nullable=False)
        batch_op.drop_column("difference")
        batch_op.drop_column("kind")
    for table in ("refund", "payment"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("position")
    op.execute(sa.text("UPDATE shipment SET promised_on = CURRENT_DATE WHERE promised_on IS NULL"))
    op.execute(sa.text("UPDATE shipment SET shipped_at = CURRENT_TIMESTAMP WHERE shipped_at IS NULL"))
    with op.batch_alter_table("shipment", schema=None) as batch_op:
        batch_op.alter_column("shipped_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.alter_column("promised_on", existing_type=sa.Date(), nullable=False)
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.drop_column("dated")
        batch_op.drop_column("payment_changed_at")
        batch_op.drop_column("items_changed_at")
    with op.batch_alter_table("variant", schema=None) as batch_op:
        batch_op.drop_column("stock")
