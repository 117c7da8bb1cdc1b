"""Values in time: CAR-T cells, cytokines, immunoglobulins and blood counts after infusion."""
